package io.pgcask.archive;

/**
 * The version of the archive's format, which is not that of pg_dump.
 *
 * @param major always 1 so far
 * @param minor 14 since pg_dump 12, 15 since 16, 16 since 17
 * @param revision always 0 so far
 */
public record ArchiveVersion(int major, int minor, int revision) {
  static final ArchiveVersion OLDEST = new ArchiveVersion(1, 14, 0);
  static final ArchiveVersion NEWEST = new ArchiveVersion(1, 16, 0);

  /** Whether it names the method of compression instead of a level of gzip. */
  boolean namesCompression() {
    return minor >= 15;
  }

  /** Whether it tells the kind of a relation. */
  boolean tellsRelationKind() {
    return minor >= 16;
  }

  /** Whether it has several lists of large objects. */
  boolean groupsLargeObjects() {
    return minor >= 16;
  }

  /** Without the revision, in which nothing may differ. */
  boolean isBefore(ArchiveVersion other) {
    return major != other.major ? major < other.major : minor < other.minor;
  }

  @Override
  public String toString() {
    return major + "." + minor + "-" + revision;
  }
}
