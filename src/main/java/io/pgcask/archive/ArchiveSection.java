package io.pgcask.archive;

/** The section of an entry, in the order of their numbers in the archive, which begin with 1. */
public enum ArchiveSection {
  /** Of comments and rights: that of the entry before. */
  NONE,
  PRE_DATA,
  DATA,
  POST_DATA
}
