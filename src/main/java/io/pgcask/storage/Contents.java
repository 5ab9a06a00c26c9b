package io.pgcask.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * What is in a directory and below it.
 *
 * @param sizeBytes of all files
 * @param lastModified of the newest; empty if there are none
 */
public record Contents(long sizeBytes, Optional<Instant> lastModified) {
  static final Contents NONE = new Contents(0, Optional.empty());

  Contents and(long size, Instant modified) {
    return new Contents(
        sizeBytes + size, Optional.of(lastModified.filter(modified::isBefore).orElse(modified)));
  }
}
