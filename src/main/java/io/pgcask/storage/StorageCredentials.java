package io.pgcask.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * Static credentials of an S3 server.
 *
 * @param sessionToken present if they are temporary
 */
public record StorageCredentials(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
  public StorageCredentials {
    Objects.requireNonNull(accessKeyId);
    Objects.requireNonNull(secretAccessKey);
    Objects.requireNonNull(sessionToken);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "StorageCredentials[accessKeyId=***, secretAccessKey=***]";
  }
}
