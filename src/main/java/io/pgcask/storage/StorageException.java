package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;

/**
 * Storage refused or failed. The reason is one of the Storage reasons; the message says what to do.
 */
public class StorageException extends IOException {
  private final Reason reason;

  public StorageException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public StorageException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why, as a status shows it. */
  public final Reason reason() {
    return reason;
  }
}
