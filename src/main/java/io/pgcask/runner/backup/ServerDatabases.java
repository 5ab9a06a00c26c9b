package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.DumpExclude;
import io.pgcask.api.v1alpha1.DumpInclude;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ProviderNames;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.PsqlPattern;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Which databases a Backup with scope Server dumps. What cannot be dumped by anybody is left out,
 * and said; what cannot be dumped by this role is an error, since it would be missing.
 */
final class ServerDatabases {

  /** An interrupted DROP DATABASE leaves one with this limit (PostgreSQL 15.4 and newer). */
  private static final String ALL =
      """
      SELECT datname, datallowconn, datconnlimit = -2,
             pg_catalog.has_database_privilege(oid, 'CONNECT')
      FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY datname
      """;

  private static final String MATCHING =
      """
      SELECT datname FROM pg_catalog.pg_database
      WHERE NOT datistemplate AND datname OPERATOR(pg_catalog.~) ?
      """;

  private ServerDatabases() {}

  /** A database that is no template. */
  record Found(String name, boolean connectable, boolean invalid, boolean permitted) {}

  /** A pattern, and the databases that the server finds by it. */
  record Filter(String pattern, List<String> databases) {}

  /** Asks the server, and chooses. */
  static List<String> of(Connection session, BackupSpec spec, Consumer<String> warning)
      throws TaskFailedException, PostgresException {
    var include = Optional.ofNullable(spec.include()).map(DumpInclude::databases);
    var exclude = Optional.ofNullable(spec.exclude()).map(DumpExclude::databases);
    try {
      var includes = filters(session, include.orElse(List.of()));
      var excludes = filters(session, exclude.orElse(List.of()));
      if (DumpOption.namesAreStrict(spec)) {
        refuseUnmatched("include.databases", includes);
        refuseUnmatched("exclude.databases", excludes);
      }
      return choose(all(session), includes, excludes, warning);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /**
   * Chooses.
   *
   * @param includes empty: all
   * @param warning is told of each that is left out and was not asked to be
   * @throws TaskFailedException InvalidOptions if nothing is left; PermissionDenied if the role may
   *     not connect to one
   */
  static List<String> choose(
      List<Found> all, List<Filter> includes, List<Filter> excludes, Consumer<String> warning)
      throws TaskFailedException {
    var chosen = new ArrayList<String>();
    var denied = new ArrayList<String>();
    for (var database : all) {
      var name = database.name();
      if (!(includes.isEmpty() || matches(includes, name))
          || matches(excludes, name)
          || ProviderNames.isDatabase(name)) {
        continue;
      }
      if (database.invalid()) {
        warning.accept("database %s was half dropped and is left out".formatted(name));
      } else if (!database.connectable()) {
        warning.accept("database %s allows no connections and is left out".formatted(name));
      } else if (!database.permitted()) {
        denied.add(name);
      } else {
        chosen.add(name);
      }
    }
    if (!denied.isEmpty()) {
      throw new TaskFailedException(
          Reason.PERMISSION_DENIED,
          "the role may not connect to database %s: grant CONNECT, or name it in exclude.databases"
              .formatted(String.join(", ", denied)));
    }
    if (chosen.isEmpty()) {
      throw new TaskFailedException(
          Reason.INVALID_OPTIONS,
          "no database is left to dump; the server has %s"
              .formatted(all.stream().map(Found::name).collect(Collectors.joining(", "))));
    }
    return chosen;
  }

  private static void refuseUnmatched(String field, List<Filter> filters)
      throws TaskFailedException {
    for (var filter : filters) {
      if (filter.databases().isEmpty()) {
        throw new TaskFailedException(
            Reason.INVALID_OPTIONS,
            "%s: %s matches no database".formatted(field, filter.pattern()));
      }
    }
  }

  private static boolean matches(List<Filter> filters, String name) {
    return filters.stream().anyMatch(filter -> filter.databases().contains(name));
  }

  private static List<Found> all(Connection session) throws SQLException {
    var found = new ArrayList<Found>();
    try (var statement = session.createStatement();
        var row = statement.executeQuery(ALL)) {
      while (row.next()) {
        found.add(
            new Found(row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(4)));
      }
    }
    return found;
  }

  private static List<Filter> filters(Connection session, List<String> patterns)
      throws SQLException {
    var filters = new ArrayList<Filter>();
    try (var statement = session.prepareStatement(MATCHING)) {
      for (var pattern : patterns) {
        statement.setString(1, PsqlPattern.parse(pattern).name());
        filters.add(new Filter(pattern, Sessions.strings(statement)));
      }
    }
    return filters;
  }
}
