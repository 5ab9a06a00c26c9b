package io.pgcask.runner.restore.globals;

/** A text is no {@code globals.sql}, or has a statement that nobody expects there. */
public final class GlobalsException extends Exception {
  GlobalsException(String message) {
    super(message);
  }
}
