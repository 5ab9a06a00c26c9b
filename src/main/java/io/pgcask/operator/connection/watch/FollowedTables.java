package io.pgcask.operator.connection.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tables hold the rows of what somebody listens to: a table itself, the tables that a view
 * reads through any number of views, and all partitions of a partitioned table, since a row that is
 * written to a partition directly fires no trigger of its parent.
 *
 * @param bases of each name that exists, the OIDs of its tables
 * @param tables by OID
 * @param missing names that do not exist, or read no table, such as foreign tables
 */
record FollowedTables(
    Map<TableName, Set<Long>> bases, Map<Long, Base> tables, List<TableName> missing) {

  /**
   * A table that holds rows, or the parent of some.
   *
   * @param quoted its name with its schema, as SQL takes it
   * @param ours whether the session's role counts as its owner
   * @param kind as pg_class.relkind
   */
  record Base(long oid, String quoted, boolean ours, char kind) {

    /** A materialized view takes no triggers. */
    boolean takesTriggers() {
      return kind != 'm';
    }
  }

  /** Through rules of views, then down to partitions; a table that is reached twice counts once. */
  private static final String QUERY =
      """
      WITH RECURSIVE wanted AS (
        SELECT u.ord, c.oid, c.relkind FROM unnest(?::text[], ?::text[]) WITH ORDINALITY
          AS u (schema, name, ord)
        JOIN pg_catalog.pg_namespace n ON n.nspname = u.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.name
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')),
      reached AS (
        SELECT ord, oid, relkind FROM wanted
        UNION
        SELECT r.ord, c.oid, c.relkind FROM reached r
        JOIN LATERAL (
          SELECT d.refobjid AS oid FROM pg_catalog.pg_rewrite w
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass
            AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
          WHERE r.relkind = 'v' AND w.ev_class = r.oid
          UNION ALL
          SELECT i.inhrelid FROM pg_catalog.pg_inherits i
          WHERE r.relkind IN ('r', 'p') AND i.inhparent = r.oid) next ON true
        JOIN pg_catalog.pg_class c ON c.oid = next.oid
        WHERE c.relkind IN ('r', 'p', 'v', 'm'))
      SELECT r.ord, r.oid::bigint, r.relkind::text,
             pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
             pg_catalog.pg_has_role(c.relowner, 'USAGE')
      FROM reached r JOIN pg_catalog.pg_class c ON c.oid = r.oid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgcask')
      ORDER BY r.ord, r.oid
      """;

  /** Looks them up. */
  static FollowedTables of(Connection session, List<TableName> names) throws SQLException {
    var bases = new LinkedHashMap<TableName, Set<Long>>();
    var tables = new LinkedHashMap<Long, Base>();
    try (var statement = session.prepareStatement(QUERY)) {
      statement.setArray(
          1, session.createArrayOf("text", names.stream().map(TableName::schema).toArray()));
      statement.setArray(
          2, session.createArrayOf("text", names.stream().map(TableName::name).toArray()));
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          var found = bases.computeIfAbsent(names.get(row.getInt(1) - 1), n -> new TreeSet<>());
          var kind = row.getString(3);
          if (kind.equals("r") || kind.equals("p") || kind.equals("m")) {
            long oid = row.getLong(2);
            found.add(oid);
            tables.put(oid, new Base(oid, row.getString(4), row.getBoolean(5), kind.charAt(0)));
          }
        }
      }
    }
    var missing = new ArrayList<>(names);
    missing.removeIf(name -> !bases.getOrDefault(name, Set.of()).isEmpty());
    return new FollowedTables(bases, tables, missing);
  }

  /** The names whose rows lie in a table. */
  List<TableName> of(long oid) {
    return bases.entrySet().stream()
        .filter(entry -> entry.getValue().contains(oid))
        .map(Map.Entry::getKey)
        .toList();
  }
}
