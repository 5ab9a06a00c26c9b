package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.Reason;
import java.util.Optional;

/**
 * What a server or its client programs refused, with the reason that a status shows. The message is
 * one line for people and holds neither the password nor quoted data.
 */
public final class PostgresException extends Exception {
  private final Reason reason;
  private final String sqlState;

  public PostgresException(Reason reason, String message) {
    super(message);
    this.reason = reason;
    this.sqlState = "";
  }

  PostgresException(Reason reason, String message, String sqlState, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.sqlState = sqlState;
  }

  /** Why, as a status shows it. */
  public Reason reason() {
    return reason;
  }

  /** The SQLSTATE, where a server or the driver gave one. */
  public Optional<String> sqlState() {
    return Optional.of(sqlState).filter(state -> !state.isEmpty());
  }
}
