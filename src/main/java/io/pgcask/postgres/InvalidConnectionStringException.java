package io.pgcask.postgres;

/** A connection string cannot be used. The message says why and never quotes a value of it. */
public final class InvalidConnectionStringException extends Exception {
  public InvalidConnectionStringException(String message) {
    super(message);
  }
}
