package io.pgcask.runner.restore.globals;

import java.util.Locale;

/**
 * A piece of a statement.
 *
 * @param text without quotes
 */
record Token(Kind kind, String text) {

  /** What it may stand for. */
  enum Kind {
    /** A keyword, or a name without quotes, which PostgreSQL folds to lower case. */
    WORD,
    /** A name in double quotes. */
    NAME,
    /** A literal in single quotes. */
    TEXT,
    /** A number, perhaps with a sign or a point. */
    NUMBER,
    /** Anything else: one character. */
    SIGN
  }

  /** Whether it is a keyword. */
  boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  /** Whether it is a sign. */
  boolean is(char sign) {
    return kind == Kind.SIGN && text.charAt(0) == sign;
  }

  /** Whether it can be a name. */
  boolean isName() {
    return kind == Kind.WORD || kind == Kind.NAME;
  }

  /** The name that it is. */
  String name() {
    return kind == Kind.WORD ? text.toLowerCase(Locale.ROOT) : text;
  }
}
