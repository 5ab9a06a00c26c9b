package io.pgcask.archive;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Follows an archive in Tar format: headers of 512 bytes, each with the bytes of its file behind
 * it, filled up to 512. Two blocks of zeros are the end; more of them may follow.
 */
final class TarFollower implements ArchiveFollower {
  private static final byte[] ZEROS = new byte[TarMember.HEADER];

  private final Set<String> missing;
  private final byte[] block = new byte[TarMember.HEADER];
  private int filled;
  private long skip;
  private String file = "";
  private int zeroBlocks;

  TarFollower(ArchiveShape archive) {
    this.missing = new HashSet<>(archive.files());
  }

  @Override
  public void accept(byte[] bytes, int offset, int length) throws ArchiveException {
    int end = offset + length;
    for (int at = offset; at < end; ) {
      if (skip > 0) {
        int skipped = (int) Math.min(skip, end - at);
        skip -= skipped;
        at += skipped;
        continue;
      }
      int taken = Math.min(block.length - filled, end - at);
      System.arraycopy(bytes, at, block, filled, taken);
      filled += taken;
      at += taken;
      if (filled == block.length) {
        filled = 0;
        header();
      }
    }
  }

  private void header() throws ArchiveException {
    if (Arrays.equals(block, ZEROS)) {
      zeroBlocks++;
      return;
    }
    if (zeroBlocks > 0) {
      throw ArchiveFollower.corrupt("goes on behind its end");
    }
    TarMember member;
    try {
      member = TarMember.of(block);
    } catch (ArchiveException e) {
      throw ArchiveFollower.corrupt("has no header of a file behind file " + file);
    }
    file = member.name();
    missing.remove(file);
    long fill = -member.size() & (TarMember.HEADER - 1);
    skip = member.size() + fill;
  }

  @Override
  public void end() throws ArchiveException {
    if (skip > 0) {
      throw ArchiveFollower.truncated("within its file " + file);
    }
    if (zeroBlocks < 2 || filled > 0) {
      throw ArchiveFollower.truncated(
          "behind its file %s without a tar file's end".formatted(file));
    }
    if (!missing.isEmpty()) {
      throw ArchiveFollower.lacks(missing);
    }
  }
}
