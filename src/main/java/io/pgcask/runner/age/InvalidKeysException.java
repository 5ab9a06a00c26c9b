package io.pgcask.runner.age;

/**
 * A text with age keys cannot be used. The message names the text and the line, and never quotes
 * it: it might be a secret in the wrong place.
 */
public final class InvalidKeysException extends Exception {
  private final int line;

  InvalidKeysException(String name, int line, String message) {
    super("%s, line %d: %s".formatted(name, line, message));
    this.line = line;
  }

  InvalidKeysException(String name, String message) {
    super(name + " " + message);
    this.line = 0;
  }

  /** The line, counted from 1; 0 if it is about the whole text. */
  public int line() {
    return line;
  }
}
