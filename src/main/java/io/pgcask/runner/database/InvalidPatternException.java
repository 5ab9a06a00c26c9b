package io.pgcask.runner.database;

/** A pattern that is no regular expression, or one of a kind that is not understood here. */
public final class InvalidPatternException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidPatternException(String message) {
    super(message);
  }
}
