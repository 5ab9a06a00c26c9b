package io.pgcask.archive;

/** Where the data of an entry lies. */
public sealed interface DataPlace {
  /** The entry has no data. */
  record None() implements DataPlace {}

  /** In the archive's own file, but pg_dump could not go back to write where. */
  record Unrecorded() implements DataPlace {}

  /**
   * In the archive's own file.
   *
   * @param position in bytes from its beginning
   */
  record Offset(long position) implements DataPlace {}

  /**
   * In a file of its own, in the directory or in the tar file. Where pg_dump compressed it, the
   * file has the method's suffix more.
   */
  record File(String name) implements DataPlace {}
}
