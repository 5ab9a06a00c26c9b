package io.pgcask.archive;

import io.pgcask.archive.ArchiveException.Problem;
import java.util.Collection;

/**
 * Follows an archive in one file, as its bytes pass by, and knows at their end whether that was the
 * end of the archive. pg_restore itself reads no further than to the last data that it was asked
 * for. The data is not looked into.
 */
public sealed interface ArchiveFollower permits CustomFollower, TarFollower {
  /** How many names stand in a message. */
  int SHOWN = 3;

  /**
   * From the first byte of an archive on.
   *
   * @param archive of its table of contents, which was read before
   * @throws IllegalArgumentException if it is that of a directory
   */
  static ArchiveFollower of(ArchiveShape archive) {
    return switch (archive.container()) {
      case CUSTOM -> new CustomFollower(archive);
      case TAR -> new TarFollower(archive);
      case DIRECTORY -> throw new IllegalArgumentException("a directory is not one file");
    };
  }

  /**
   * The next bytes.
   *
   * @throws ArchiveException CORRUPT if pg_dump never writes them there
   */
  void accept(byte[] bytes, int offset, int length) throws ArchiveException;

  /**
   * There are no more bytes.
   *
   * @throws ArchiveException TRUNCATED if there should be
   */
  void end() throws ArchiveException;

  /** It ends where it should not. */
  static ArchiveException truncated(String where) {
    return new ArchiveException(
        Problem.TRUNCATED, "The archive ends %s: it is incomplete.".formatted(where));
  }

  /** It ends where it may, and not all was there. */
  static ArchiveException lacks(Collection<String> what) {
    var some = what.stream().sorted().limit(SHOWN).toList();
    int more = what.size() - some.size();
    return new ArchiveException(
        Problem.TRUNCATED,
        "The archive ends without %s, which its table of contents names: it is incomplete."
            .formatted(String.join(", ", some) + (more > 0 ? " and %d more".formatted(more) : "")));
  }

  /** What pg_dump never writes. */
  static ArchiveException corrupt(String how) {
    return new ArchiveException(Problem.CORRUPT, "The archive is damaged: it %s.".formatted(how));
  }
}
