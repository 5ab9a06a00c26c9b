package io.pgcask.archive;

import java.util.OptionalInt;

/**
 * How the data of an archive is compressed.
 *
 * @param level of gzip, where the format tells it (before 1.15); -1 is gzip's default
 */
public record ArchiveCompression(Method method, OptionalInt level) {

  /** The methods, in the order of their numbers in the archive. */
  public enum Method {
    NONE,
    GZIP,
    LZ4,
    ZSTD
  }
}
