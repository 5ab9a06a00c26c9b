package io.pgcask.runner;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A small database with one of most things, and a way to compare two of them. */
final class SampleDatabase {
  private SampleDatabase() {}

  /** Creates the objects, as their owner. */
  static void fill(Connection session, int rows) throws SQLException {
    try (var statement = session.createStatement()) {
      for (var sql :
          List.of(
              "CREATE SCHEMA s",
              "CREATE TYPE s.colour AS ENUM ('red', 'green')",
              "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                  + " name text NOT NULL, colour s.colour, note text)",
              "CREATE TABLE s.\"Odd \"\"name; ä\" (id int REFERENCES t (id), \"a b\" bytea)",
              "INSERT INTO t (name, colour, note) SELECT 'row ' || g, 'red',"
                  + " CASE WHEN g % 7 = 0 THEN E'tab\\t newline\\n backslash \\\\ quote '' ä😀'"
                  + " ELSE md5(g::text) || md5((g * 2)::text) END"
                  + " FROM generate_series(1, "
                  + rows
                  + ") g",
              "INSERT INTO s.\"Odd \"\"name; ä\" SELECT id, decode(md5(name), 'hex') FROM t"
                  + " WHERE id % 3 = 0",
              "CREATE INDEX ON t (name)",
              "CREATE VIEW v AS SELECT name, colour FROM t WHERE id % 2 = 0",
              "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM t",
              "CREATE FUNCTION f(i int) RETURNS int LANGUAGE sql AS $$ SELECT i + 1 -- Name: x; Type: y"
                  + "\n$$",
              "CREATE TABLE p (k int, v text) PARTITION BY LIST (k)",
              "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
              "INSERT INTO p VALUES (1, '\\restrict x'), (1, E'\\\\unrestrict y')",
              "SELECT lo_from_bytea(0, '\\x00ff10')",
              "COMMENT ON TABLE t IS 'a comment with ''quotes'' and \"more\"'",
              "SELECT setval('t_id_seq', 100000)")) {
        statement.execute(sql);
      }
    }
  }

  /** Hashes of the rows of every table and of large objects, and definitions of the rest. */
  static TreeMap<String, String> fingerprint(Connection session) throws SQLException {
    var fingerprint = new TreeMap<String, String>();
    for (var table :
        strings(
            session,
            "SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n"
                + " ON n.oid = relnamespace WHERE relkind IN ('r', 'm') AND nspname NOT IN"
                + " ('pg_catalog', 'information_schema')")) {
      fingerprint.put(table, rowsOf(session, table));
    }
    fingerprint.put(
        "large objects",
        strings(session, "SELECT string_agg(md5(lo_get(oid)), ' ') FROM pg_largeobject_metadata")
            .toString());
    fingerprint.put(
        "indexes",
        strings(
                session,
                "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 's') ORDER BY 1")
            .toString());
    // its rows: the text of its definition differs from one major version to the next
    fingerprint.put(
        "view",
        strings(session, "SELECT count(*) || md5(string_agg(name, '' ORDER BY name)) FROM v")
            .toString());
    fingerprint.put(
        "functions", strings(session, "SELECT prosrc FROM pg_proc WHERE proname = 'f'").toString());
    fingerprint.put(
        "comment", strings(session, "SELECT obj_description('t'::regclass)").toString());
    fingerprint.put("sequence", strings(session, "SELECT last_value FROM t_id_seq").toString());
    fingerprint.put(
        "owner",
        strings(session, "SELECT tableowner FROM pg_tables WHERE tablename = 't'").toString());
    return fingerprint;
  }

  /** How many rows a table has, and their hash. */
  static String rowsOf(Connection session, String table) throws SQLException {
    return strings(
            session,
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(x::text), '' ORDER BY"
                + " md5(x::text))), '') FROM "
                + table
                + " x")
        .getFirst();
  }

  private static List<String> strings(Connection session, String query) throws SQLException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
