package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpIncludeBuilder;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.database.PsqlPattern;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How much the tables take whose rows a dump will hold, TOAST included, indexes not. For an
 * estimate: patterns are held against names as pg_dump does it, but what extensions and
 * dependencies add or take away is not looked at.
 */
final class DumpedTables {
  /** Asking for a size waits for whoever has the table for himself; an estimate is not worth it. */
  private static final String SHORT_WAIT = "SET LOCAL lock_timeout = '1s'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final String SIZES =
      "SELECT coalesce(sum(pg_catalog.pg_table_size(c.oid)), 0)::bigint";

  private static final String NAMES = "SELECT n.nspname, c.relname";

  private static final String TABLES =
      """

      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                          AND d.objid = c.oid AND d.deptype = 'e')
      """;

  private static final String LARGE_OBJECTS =
      "SELECT pg_catalog.pg_table_size('pg_catalog.pg_largeobject'::pg_catalog.regclass)";

  private static final String LOGGED = " AND c.relpersistence <> 'u'";

  private static final String IN_SCHEMA = "n.nspname OPERATOR(pg_catalog.~) ?";

  private static final String NAMED = "c.relname OPERATOR(pg_catalog.~) ?";

  private static final String VISIBLE = "pg_catalog.pg_table_is_visible(c.oid)";

  private final StringBuilder query = new StringBuilder(TABLES);
  private final List<String> parameters = new ArrayList<>();

  private DumpedTables(BackupSpec spec) {
    var include = Optional.ofNullable(spec.include()).orElse(DumpIncludeBuilder.builder().build());
    var exclude = Optional.ofNullable(spec.exclude()).orElse(DumpExcludeBuilder.builder().build());
    only(schemas(include.schemas()));
    only(tables(include.tables()));
    without(schemas(exclude.schemas()));
    without(tables(exclude.tables()));
    without(tables(exclude.tableData()));
    if (Boolean.TRUE.equals(DumpOption.options(spec).noUnloggedTableData())) {
      query.append(LOGGED);
    }
  }

  /**
   * Asks.
   *
   * @param session within a transaction
   * @param spec with children named, where they are meant
   * @param largeObjects whether they are dumped
   * @return bytes; 0 if a table is locked, so that it cannot be said at once
   */
  static long bytes(Connection session, BackupSpec spec, boolean largeObjects)
      throws PostgresException {
    try {
      var before = session.setSavepoint();
      try (var statement = session.createStatement()) {
        statement.execute(SHORT_WAIT);
        var tables = new DumpedTables(spec);
        return tables.ask(session) + (largeObjects ? number(session, LARGE_OBJECTS) : 0);
      } catch (SQLException e) {
        if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
          return 0;
        }
        throw e;
      } finally {
        session.rollback(before); // which also takes the short wait back
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private long ask(Connection session) throws SQLException {
    try (var statement = prepared(session, SIZES)) {
      return number(statement);
    }
  }

  /**
   * The tables themselves, in the order of their names.
   *
   * @param spec with children named, where they are meant
   */
  static List<Name> names(Connection session, BackupSpec spec) throws SQLException {
    var tables = new DumpedTables(spec);
    tables.query.append(" ORDER BY 1, 2");
    var names = new ArrayList<Name>();
    try (var statement = tables.prepared(session, NAMES);
        var row = statement.executeQuery()) {
      while (row.next()) {
        names.add(new Name(row.getString(1), row.getString(2)));
      }
    }
    return names;
  }

  /** Both parts of a table's name, without quotes. */
  record Name(String schema, String table) {}

  private PreparedStatement prepared(Connection session, String what) throws SQLException {
    var statement = session.prepareStatement(what + query);
    for (int i = 0; i < parameters.size(); i++) {
      statement.setString(i + 1, parameters.get(i));
    }
    return statement;
  }

  private static long number(Connection session, String query) throws SQLException {
    try (var statement = session.prepareStatement(query)) {
      return number(statement);
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void only(Optional<String> condition) {
    condition.ifPresent(text -> query.append(" AND ").append(text));
  }

  private void without(Optional<String> condition) {
    condition.ifPresent(text -> query.append(" AND NOT ").append(text));
  }

  private Optional<String> schemas(List<String> patterns) {
    return any(
        patterns,
        pattern -> {
          parameters.add(PsqlPattern.parse(pattern).name());
          return IN_SCHEMA;
        });
  }

  /** Without a schema, what the role's search_path shows, as pg_dump does it. */
  private Optional<String> tables(List<String> patterns) {
    return any(
        patterns,
        pattern -> {
          var parts = PsqlPattern.parse(pattern).parts();
          parameters.add(parts.getLast());
          if (parts.size() == 1) {
            return NAMED + " AND " + VISIBLE;
          }
          parameters.add(parts.get(parts.size() - 2));
          return NAMED + " AND " + IN_SCHEMA;
        });
  }

  private static Optional<String> any(List<String> patterns, Function<String, String> condition) {
    if (patterns == null || patterns.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        patterns.stream().map(condition).collect(Collectors.joining(" OR ", "(", ")")));
  }
}
