package io.pgcask.archive;

/** An archive whose table of contents cannot be read. The message is a sentence for the user. */
public final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  ArchiveException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  /** What is wrong with an archive. */
  public enum Problem {
    /** It does not begin as one. */
    NOT_AN_ARCHIVE,
    /** It was written by a pg_dump before 12. */
    TOO_OLD,
    /** It was written by a pg_dump that came after this reader. */
    TOO_NEW,
    /** It ends within its table of contents. */
    TRUNCATED,
    /** It says what pg_dump never writes. */
    CORRUPT,
    /** Its table of contents is larger than the limits allow. */
    TOO_LARGE
  }
}
