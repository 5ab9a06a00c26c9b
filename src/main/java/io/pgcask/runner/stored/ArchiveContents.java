package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveException;
import io.pgcask.archive.ArchiveLimits;
import io.pgcask.archive.ArchiveReader;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The table of contents of an archive, read before the archive itself. Of one file only its
 * beginning is read then, which no hash of the manifest covers; so it is remembered, and compared
 * when the whole is read.
 */
public final class ArchiveContents {
  private final Archive archive;
  private final long length;
  private final byte[] digest;

  private ArchiveContents(Archive archive, long length, byte[] digest) {
    this.archive = archive;
    this.length = length;
    this.digest = digest;
  }

  /**
   * Reads it.
   *
   * @param input of the archive, or of a directory's toc.dat
   * @param plain the same, decrypted
   * @throws TaskFailedException if it is no archive, or not one that can be read
   * @throws StorageException if what lies in storage is not what was written
   */
  static ArchiveContents read(StoredInput input, InputStream plain)
      throws TaskFailedException, IOException {
    var head = new Head(plain);
    try {
      var archive = ArchiveReader.read(head, ArchiveLimits.ofHeap());
      return new ArchiveContents(archive, head.length, head.digest.digest());
    } catch (ArchiveException e) {
      if (input.hashed()) {
        input.drain(); // a wrong hash tells more
      }
      throw new TaskFailedException(reason(e), e.getMessage() + advice(e));
    }
  }

  private static String advice(ArchiveException e) {
    return e.problem() == ArchiveException.Problem.TOO_LARGE
        ? " Give the pod more memory, or restore everything."
        : "";
  }

  private static Reason reason(ArchiveException e) {
    return switch (e.problem()) {
      case TOO_OLD, TOO_NEW -> Reason.VERSION_UNSUPPORTED;
      case TOO_LARGE -> Reason.INVALID_OPTIONS;
      case NOT_AN_ARCHIVE, TRUNCATED, CORRUPT -> Reason.VERIFICATION_FAILED;
    };
  }

  /** What it says. */
  public Archive archive() {
    return archive;
  }

  /** The dump, whose table of contents must be this one. */
  public StreamedDump compared(StreamedDump dump) {
    return switch (dump) {
      case DumpStream stream -> stream.through(this::compared);
      case DumpDirectory directory -> directory; // whose toc.dat is hashed each time
    };
  }

  /**
   * An archive in one file, whose table of contents must be this one.
   *
   * @param archive from its beginning
   */
  public InputStream compared(InputStream archive) {
    return new Compared(archive, length, digest);
  }

  /** Hashes what is read through it. */
  private static final class Head extends SequentialInput {
    private final MessageDigest digest = Hashes.sha256();
    private long length;

    Head(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int got = super.read(bytes, offset, count);
      if (got > 0) {
        digest.update(bytes, offset, got);
        length += got;
      }
      return got;
    }
  }

  /** Gives nothing that lies behind a beginning other than the one that was read before. */
  private static final class Compared extends SequentialInput {
    private final MessageDigest digest = Hashes.sha256();
    private final byte[] expected;
    private long left;

    Compared(InputStream in, long length, byte[] expected) {
      super(in);
      this.left = length;
      this.expected = expected;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (left == 0) {
        return super.read(bytes, offset, count);
      }
      int got = super.read(bytes, offset, (int) Math.min(count, left));
      if (got > 0) {
        digest.update(bytes, offset, got);
        left -= got;
      }
      if (got < 0 || left == 0 && !MessageDigest.isEqual(digest.digest(), expected)) {
        throw new StorageException(
            Reason.CHECKSUM_MISMATCH,
            "the archive's table of contents was another one when it was read again");
      }
      return got;
    }
  }
}
