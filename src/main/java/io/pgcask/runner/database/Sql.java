package io.pgcask.runner.database;

/** Quoting for statements that take no parameters. */
public final class Sql {
  private Sql() {}

  /** A name in double quotes. */
  public static String identifier(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** A text in single quotes; for sessions with standard_conforming_strings, the default. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
