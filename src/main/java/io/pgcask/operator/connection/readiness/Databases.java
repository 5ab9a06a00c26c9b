package io.pgcask.operator.connection.readiness;

import io.pgcask.postgres.ProviderNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The databases of a server that a role can use.
 *
 * @param first the first 100 by name
 * @param count of all
 */
public record Databases(List<String> first, int count) {

  /** What a status holds. */
  private static final int MAX = 100;

  private static final String QUERY =
      """
      SELECT datname FROM pg_catalog.pg_database
      WHERE datallowconn AND NOT datistemplate AND pg_catalog.has_database_privilege(oid, 'CONNECT')
      ORDER BY datname
      """;

  /** Without templates and what providers keep for themselves. */
  static Databases read(Connection session) throws SQLException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(QUERY)) {
      var names = new ArrayList<String>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return of(names.stream());
    }
  }

  /** From all names that the role may connect to, in order. */
  public static Databases of(Stream<String> names) {
    var own = names.filter(name -> !ProviderNames.isDatabase(name)).toList();
    return new Databases(List.copyOf(own.subList(0, Math.min(MAX, own.size()))), own.size());
  }
}
