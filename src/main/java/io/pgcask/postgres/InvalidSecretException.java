package io.pgcask.postgres;

/** A Secret's value cannot be used. The message names the value and never quotes it. */
public final class InvalidSecretException extends Exception {
  public InvalidSecretException(String message) {
    super(message);
  }
}
