package io.pgcask.postgres.change;

import io.pgcask.api.v1alpha1.SchemaFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads {@link ChangeEvidence} of a session's database. Only reads; a second at most, mostly. */
public final class EvidenceReader {

  /** Sequences read at once: each takes a lock until the query ends, and a server has few. */
  private static final int BATCH = 200;

  private static final String DOUBTS =
      """
      SELECT pg_catalog.pg_is_in_recovery(),
             NOT pg_catalog.current_setting('track_counts')::bool,
             EXISTS (SELECT FROM pg_catalog.pg_subscription s
                     JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
                     WHERE d.datname = pg_catalog.current_database())
      """;

  /**
   * Each start of the server, each crash of one of its processes and each reset makes counters
   * begin anew. After a crash only the counters of the whole server say so.
   */
  private static final String SERVER =
      """
      SELECT d.oid::text,
             pg_catalog.pg_postmaster_start_time()::text,
             pg_catalog.concat_ws(' ', s.stats_reset, b.stats_reset, w.stats_reset, a.stats_reset)
      FROM pg_catalog.pg_database d
      JOIN pg_catalog.pg_stat_database s ON s.datid = d.oid
      CROSS JOIN pg_catalog.pg_stat_bgwriter b
      CROSS JOIN pg_catalog.pg_stat_wal w
      CROSS JOIN pg_catalog.pg_stat_archiver a
      WHERE d.datname = pg_catalog.current_database()
      """;

  /** Whom everybody may see. */
  private static final String OTHERS =
      """
      SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                     WHERE a.datname = pg_catalog.current_database()
                       AND a.pid <> pg_catalog.pg_backend_pid())
      """;

  private static final String IDENTITY =
      "SELECT system_identifier::text FROM pg_catalog.pg_control_system()";

  private static final String MAY_ASK_IDENTITY =
      "SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')";

  /** Rows written, of all tables of users and of the two that hold large objects. */
  private static final String COUNTERS =
      """
      SELECT count(*) || ' ' || sum(pg_catalog.hash_record_extended(ROW(c.oid,
          pg_catalog.pg_stat_get_tuples_inserted(c.oid),
          pg_catalog.pg_stat_get_tuples_updated(c.oid),
          pg_catalog.pg_stat_get_tuples_deleted(c.oid)), 0))
      FROM pg_catalog.pg_class c
      WHERE %s
      """;

  private static final String TABLES =
      """
      c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.relnamespace NOT IN (
        SELECT n.oid FROM pg_catalog.pg_namespace n
        WHERE n.nspname IN ('pg_catalog', 'information_schema'))
      """;

  private static final String LARGE_OBJECTS =
      """
      c.oid IN ('pg_catalog.pg_largeobject'::regclass,
                'pg_catalog.pg_largeobject_metadata'::regclass)
      """;

  /** TRUNCATE counts no rows, but gives a table another file. */
  private static final String FILES =
      "SELECT count(*) || ' ' || sum(pg_catalog.hash_record_extended(ROW(c.oid, c.relfilenode), 0))"
          + " FROM pg_catalog.pg_class c WHERE "
          + TABLES;

  private static final String ROLES =
      """
      SELECT count(*) || ' ' || sum(pg_catalog.hash_record_extended(ROW(r.*), 0))
             || (SELECT ' ' || count(*) || ' ' || coalesce(sum(
                   pg_catalog.hash_record_extended(ROW(m.roleid, m.member, m.xmin), 0)), 0)
                 FROM pg_catalog.pg_auth_members m)
      FROM pg_catalog.pg_roles r
      """;

  private static final String SEQUENCES =
      """
      SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
             pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
               AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'S' AND c.relpersistence <> 't' ORDER BY c.oid
      """;

  private EvidenceReader() {}

  /**
   * Reads it.
   *
   * @param session in autocommit mode; may be of any role, but one that may not read a sequence
   *     gets {@link ChangeEvidence.Unknown}
   * @throws SQLException if the server does not answer; nothing is known then
   */
  public static ChangeEvidence read(Connection session) throws SQLException {
    var doubt = doubt(session);
    if (doubt.isPresent()) {
      return new ChangeEvidence.Unknown(doubt.get());
    }
    var parts = new TreeMap<String, String>();
    // counters first: what is written while the rest is read counts as a later change
    parts.put("rows of tables", one(session, COUNTERS.formatted(TABLES)));
    parts.put("large objects", one(session, COUNTERS.formatted(LARGE_OBJECTS)));
    parts.put("files of tables", one(session, FILES));
    parts.put("roles", one(session, ROLES));
    parts.put(
        "server",
        "t".equals(one(session, MAY_ASK_IDENTITY)) ? one(session, IDENTITY) : "not readable");
    try (var statement = session.createStatement();
        var row = statement.executeQuery(SERVER)) {
      row.next();
      parts.put("database", row.getString(1));
      parts.put("start of the server", row.getString(2));
      parts.put("statistics", row.getString(3));
    }
    parts.put("definitions", CatalogueFingerprint.read(session, SchemaFilter.ALL));
    var sequences = sequences(session);
    if (sequences.isEmpty()) {
      return new ChangeEvidence.Unknown("a sequence may not be read");
    }
    parts.put("sequences", sequences.get());
    return new ChangeEvidence.Known(parts);
  }

  /**
   * Whether rows that were written may be counted only much later. Before version 15 a session that
   * is idle keeps what it has not reported yet until it does something else or ends.
   */
  public static boolean mayHoldCountersBack(Connection session) throws SQLException {
    return session.getMetaData().getDatabaseMajorVersion() < 15 && "t".equals(one(session, OTHERS));
  }

  private static Optional<String> doubt(Connection session) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(DOUBTS)) {
      row.next();
      if (row.getBoolean(1)) {
        return Optional.of("the server is a standby, which counts no changes");
      }
      if (row.getBoolean(2)) {
        return Optional.of("track_counts is off");
      }
      return row.getBoolean(3)
          ? Optional.of("a subscription writes into the database")
          : Optional.empty();
    }
  }

  /** The values of all sequences; empty if one may not be read. */
  private static Optional<String> sequences(Connection session) throws SQLException {
    var queries = new ArrayList<String>();
    try (var statement = session.createStatement();
        var row = statement.executeQuery(SEQUENCES)) {
      while (row.next()) {
        if (!row.getBoolean(3)) {
          return Optional.empty();
        }
        queries.add(
            "SELECT %s, last_value, is_called FROM %s".formatted(row.getLong(1), row.getString(2)));
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < queries.size(); i += BATCH) {
      append(session, queries.subList(i, Math.min(queries.size(), i + BATCH)), text);
    }
    return Optional.of(queries.size() + " " + CatalogueFingerprint.digest(text.toString()));
  }

  private static void append(Connection session, List<String> queries, StringBuilder text)
      throws SQLException {
    var query = queries.stream().collect(Collectors.joining(" UNION ALL "));
    try (var statement = session.createStatement()) {
      statement.setEscapeProcessing(false); // a name may hold braces
      try (var row = statement.executeQuery(query)) {
        while (row.next()) {
          text.append(row.getLong(1)).append(' ').append(row.getLong(2));
          text.append(row.getBoolean(3)).append('\n');
        }
      }
    }
  }

  private static String one(Connection session, String query) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
