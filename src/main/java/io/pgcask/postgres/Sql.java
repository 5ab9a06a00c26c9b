package io.pgcask.postgres;

/** Quoting for statements that take no parameters. */
public final class Sql {
  private Sql() {}

  /** A name in double quotes. */
  public static String identifier(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** Asks for the number of rows of one table, without those of its children. */
  public static String countOnly(String schema, String table) {
    return "SELECT pg_catalog.count(*) FROM ONLY %s.%s"
        .formatted(identifier(schema), identifier(table));
  }

  /** A text in single quotes; for sessions with standard_conforming_strings, the default. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
