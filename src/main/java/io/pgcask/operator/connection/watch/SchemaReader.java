package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.SchemaFilter;
import io.pgcask.postgres.change.CatalogueFingerprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the schemas of a database, for status and dashboard. It takes no lock on any table:
 * sizes are the server's own last estimates, since pg_total_relation_size would wait behind an
 * ALTER TABLE.
 */
public final class SchemaReader {

  /** The schemas that count; the parameters are those of CatalogueFingerprint.bind. */
  private static final String NAMESPACES =
      """
      WITH ns AS MATERIALIZED (
        SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'pgcask')
          AND (?::text[] IS NULL OR n.nspname = ANY (?::text[]))
          AND (?::text[] IS NULL OR n.nspname <> ALL (?::text[])))
      """;

  private static final String COUNTS =
      NAMESPACES
          + """
          SELECT count(*) FILTER (WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition),
                 count(*) FILTER (WHERE c.relkind IN ('v', 'm')),
                 coalesce(sum(CASE WHEN c.relkind IN ('r', 'm') THEN
                   pg_catalog.pg_stat_get_tuples_inserted(c.oid)
                   + pg_catalog.pg_stat_get_tuples_updated(c.oid)
                   + pg_catalog.pg_stat_get_tuples_deleted(c.oid) END), 0)
          FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace
          """;

  private static final String SCHEMAS =
      NAMESPACES
          + """
          , size AS (
            SELECT c.relnamespace,
                   count(*) FILTER (WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition) t,
                   count(*) FILTER (WHERE c.relkind IN ('v', 'm')) v, sum(c.relpages::bigint) p
            FROM pg_catalog.pg_class c WHERE c.relnamespace IN (SELECT oid FROM ns) GROUP BY 1)
          SELECT ns.nspname, coalesce(s.t, 0), coalesce(s.v, 0),
                 coalesce(s.p, 0) * pg_catalog.current_setting('block_size')::bigint
          FROM ns LEFT JOIN size s ON s.relnamespace = ns.oid ORDER BY ns.nspname LIMIT ?
          """;

  private static final String RELATIONS =
      NAMESPACES
          + """
          SELECT ns.nspname, c.relname, c.relkind::text,
                 (c.relpages::bigint + coalesce(t.relpages, 0) + coalesce(
                   (SELECT sum(i.relpages) FROM pg_catalog.pg_index x
                    JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
                    WHERE x.indrelid = c.oid), 0))
                   * pg_catalog.current_setting('block_size')::bigint,
                 CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'm', 'p', 'f')
                   THEN c.reltuples::bigint END
          FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace
          LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
          WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
          ORDER BY ns.nspname, c.relname LIMIT ?
          """;

  private SchemaReader() {}

  /**
   * What a look finds.
   *
   * @param fingerprint see {@link CatalogueFingerprint}
   * @param tables how many, without partitions
   * @param views how many, materialized ones included
   * @param writes how many rows were ever written, as the server counts; another number means a
   *     change
   */
  record Observation(String fingerprint, int tables, int views, long writes) {}

  /**
   * One schema.
   *
   * @param bytes of its tables and indexes, as the server last estimated
   */
  public record Schema(String name, int tables, int views, long bytes) {}

  /**
   * One table or view.
   *
   * @param kind as pg_class.relkind: r table, p partitioned table, f foreign table, v view, m
   *     materialized view
   * @param bytes with indexes and TOAST, as the server last estimated; 0 before its first look
   * @param rows as the server last estimated; empty before its first look, and for views
   */
  public record Relation(String schema, String name, char kind, long bytes, Optional<Long> rows) {}

  /**
   * The schemas of a database.
   *
   * @param schemas by name
   * @param relations by schema and name
   * @param complete whether the bound has cut off none
   */
  public record Summary(List<Schema> schemas, List<Relation> relations, boolean complete) {}

  /** Fingerprint and counts. */
  static Observation observe(Connection session, SchemaFilter filter) throws SQLException {
    var fingerprint = CatalogueFingerprint.read(session, filter);
    try (var statement = session.prepareStatement(COUNTS)) {
      CatalogueFingerprint.bind(statement, 1, session, filter);
      try (var row = statement.executeQuery()) {
        row.next();
        return new Observation(fingerprint, row.getInt(1), row.getInt(2), row.getLong(3));
      }
    }
  }

  /**
   * Reads schemas and relations.
   *
   * @param bound of the number of each, positive
   */
  public static Summary summary(Connection session, SchemaFilter filter, int bound)
      throws SQLException {
    var schemas = new ArrayList<Schema>();
    try (var statement = session.prepareStatement(SCHEMAS)) {
      statement.setInt(CatalogueFingerprint.bind(statement, 1, session, filter), bound + 1);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          schemas.add(new Schema(row.getString(1), row.getInt(2), row.getInt(3), row.getLong(4)));
        }
      }
    }
    var relations = new ArrayList<Relation>();
    try (var statement = session.prepareStatement(RELATIONS)) {
      statement.setInt(CatalogueFingerprint.bind(statement, 1, session, filter), bound + 1);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          var rows = row.getLong(5);
          relations.add(
              new Relation(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3).charAt(0),
                  row.getLong(4),
                  row.wasNull() ? Optional.empty() : Optional.of(rows)));
        }
      }
    }
    return new Summary(
        schemas.stream().limit(bound).toList(),
        relations.stream().limit(bound).toList(),
        schemas.size() <= bound && relations.size() <= bound);
  }
}
