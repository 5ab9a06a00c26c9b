package io.pgcask.archive;

import java.util.List;

/**
 * An archive without its data.
 *
 * @param entries in the order of the archive, which is the one they can be restored in
 * @param contentsBytes length of the table of contents itself
 */
public record Archive(
    Container container, ArchiveHeader header, List<ArchiveEntry> entries, long contentsBytes) {

  /** What the archive lies in. */
  public enum Container {
    /** One file of pg_dump's own format. */
    CUSTOM,
    /** A directory, of which {@code toc.dat} was read. */
    DIRECTORY,
    /** A tar file. */
    TAR
  }
}
