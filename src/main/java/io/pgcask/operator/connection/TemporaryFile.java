package io.pgcask.operator.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * CA certificates as a file, which is the only form that drivers take them in. They are no secret.
 *
 * @param path empty where there are none
 */
public record TemporaryFile(Optional<Path> path) implements AutoCloseable {

  /** No file. */
  public static TemporaryFile none() {
    return new TemporaryFile(Optional.empty());
  }

  /** A file with these bytes, which is gone after {@link #close}. */
  public static TemporaryFile of(byte[] bytes) {
    try {
      return new TemporaryFile(
          Optional.of(Files.write(Files.createTempFile("pgcask-ca", ".crt"), bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException("the operator needs a writable /tmp", e);
    }
  }

  @Override
  public void close() {
    if (path.isPresent()) {
      try {
        Files.deleteIfExists(path.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
