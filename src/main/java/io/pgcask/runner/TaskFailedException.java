package io.pgcask.runner;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.InvalidConnectionStringException;
import io.pgcask.postgres.InvalidSecretException;
import io.pgcask.postgres.PostgresException;
import io.pgcask.storage.StorageException;
import java.util.List;

/** A task cannot be done. The message is for people: no secret, no quoted data. */
public final class TaskFailedException extends Exception {
  private final Reason reason;
  private final transient List<String> partial;

  public TaskFailedException(Reason reason, String message) {
    this(reason, message, List.of());
  }

  /**
   * A failure because something would be left out.
   *
   * @param partial what, as the words of {@code allowPartial}
   */
  public TaskFailedException(Reason reason, String message, List<String> partial) {
    super(message);
    this.reason = reason;
    this.partial = List.copyOf(partial);
  }

  private TaskFailedException(Reason reason, Exception cause) {
    super(cause.getMessage(), cause);
    this.reason = reason;
    this.partial = List.of();
  }

  public static TaskFailedException of(PostgresException e) {
    return new TaskFailedException(e.reason(), e);
  }

  public static TaskFailedException of(StorageException e) {
    return new TaskFailedException(e.reason(), e);
  }

  public static TaskFailedException of(InvalidSecretException e) {
    return new TaskFailedException(Reason.INVALID_SECRET, e);
  }

  public static TaskFailedException of(InvalidConnectionStringException e) {
    return new TaskFailedException(Reason.INVALID_CONNECTION_STRING, e);
  }

  /** Why, as a status shows it. */
  public Reason reason() {
    return reason;
  }

  /** What would be left out; empty for other reasons. */
  public List<String> partial() {
    return partial;
  }
}
