package io.pgcask.archive;

import java.util.HashSet;
import java.util.Set;

/**
 * Follows an archive in Custom format. Behind the table of contents there is for each entry with
 * data a mark, the entry's number, and blocks of a length and so many bytes, closed by a length of
 * 0. For large objects there is an object id before the blocks of each, and an id of 0 in the end.
 */
final class CustomFollower implements ArchiveFollower {
  private static final int DATA = 1;
  private static final int LARGE_OBJECTS = 3;

  private final Set<Integer> missing;
  private final int integerBytes;

  private Expected expected = Expected.MARK;
  private boolean largeObjects;
  private int entry;

  /** Bytes of the table of contents or of a block. */
  private long skip;

  private boolean inContents = true;

  // the integer that is being read
  private int octets;
  private long value;
  private boolean negative;

  private enum Expected {
    MARK,
    ENTRY,
    LARGE_OBJECT,
    LENGTH
  }

  CustomFollower(ArchiveShape archive) {
    this.integerBytes = archive.integerBytes();
    this.skip = archive.contentsBytes();
    this.missing = new HashSet<>(archive.entries());
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
      inContents = false;
      int octet = bytes[at++] & 0xff;
      if (expected == Expected.MARK) {
        mark(octet);
      } else {
        integer(octet);
      }
    }
  }

  private void mark(int octet) throws ArchiveException {
    if (octet != DATA && octet != LARGE_OBJECTS) {
      throw ArchiveFollower.corrupt(
          missing.isEmpty()
              ? "goes on behind its last data"
              : "has no data where that of an entry should begin");
    }
    largeObjects = octet == LARGE_OBJECTS;
    expected = Expected.ENTRY;
  }

  /** A sign, and bytes with the least significant first. */
  private void integer(int octet) throws ArchiveException {
    if (octets == 0) {
      negative = octet != 0;
      value = 0;
    } else if (octets <= Integer.BYTES) {
      value |= (long) octet << (Byte.SIZE * (octets - 1));
    }
    if (octets++ == integerBytes) {
      octets = 0;
      number();
    }
  }

  private void number() throws ArchiveException {
    switch (expected) {
      case MARK -> throw new IllegalStateException("a mark is no integer");
      case ENTRY -> {
        entry = (int) value;
        if (negative || !missing.remove(entry)) {
          throw ArchiveFollower.corrupt(
              "has data of entry %d, which has none or had it already".formatted(entry));
        }
        expected = largeObjects ? Expected.LARGE_OBJECT : Expected.LENGTH;
      }
      case LARGE_OBJECT -> expected = value == 0 ? Expected.MARK : Expected.LENGTH;
      case LENGTH -> {
        if (negative) {
          throw ArchiveFollower.corrupt(
              "has a block of negative length in the data of entry " + entry);
        }
        if (value > 0) {
          skip = value;
        } else {
          expected = largeObjects ? Expected.LARGE_OBJECT : Expected.MARK;
        }
      }
    }
  }

  @Override
  public void end() throws ArchiveException {
    if (inContents && skip > 0) {
      throw TocBytes.truncated();
    }
    if (skip > 0 || expected != Expected.MARK) {
      throw ArchiveFollower.truncated("within the data of entry " + entry);
    }
    if (!missing.isEmpty()) {
      throw ArchiveFollower.lacks(missing.stream().map(id -> "the data of entry " + id).toList());
    }
  }
}
