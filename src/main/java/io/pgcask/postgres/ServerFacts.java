package io.pgcask.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a session tells about its server.
 *
 * @param version for example 17.6
 * @param versionNum for example 170006
 * @param inRecovery whether the server is a standby
 * @param tlsInUse whether the server's end of this session is encrypted
 * @param superuser whether the session's role is one
 */
public record ServerFacts(
    String version, int versionNum, boolean inRecovery, boolean tlsInUse, boolean superuser) {
  /** The oldest server that is supported. */
  public static final int MIN_VERSION_NUM = 140000;

  private static final String QUERY =
      """
      SELECT current_setting('server_version'),
             current_setting('server_version_num')::int,
             pg_catalog.pg_is_in_recovery(),
             coalesce((SELECT ssl FROM pg_catalog.pg_stat_ssl
                       WHERE pid = pg_catalog.pg_backend_pid()), false),
             current_setting('is_superuser')::bool
      """;

  /**
   * Asks the server.
   *
   * @throws PostgresException if the query fails
   */
  public static ServerFacts read(Connection session) throws PostgresException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(QUERY)) {
      row.next();
      // Debian and the clouds append their own name: 17.6 (Debian 17.6-1)
      var version = row.getString(1).split(" ", 2)[0];
      return new ServerFacts(
          version, row.getInt(2), row.getBoolean(3), row.getBoolean(4), row.getBoolean(5));
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** The major version, for example 17. */
  public int major() {
    return versionNum / 10000;
  }

  /** Whether the server is not older than {@link #MIN_VERSION_NUM}. */
  public boolean supported() {
    return versionNum >= MIN_VERSION_NUM;
  }

  /**
   * Size of the session's database in bytes.
   *
   * @throws PostgresException if the query fails
   */
  public static long databaseSize(Connection session) throws PostgresException {
    try (var statement = session.createStatement();
        var row =
            statement.executeQuery(
                "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /**
   * Whether the server has a database of that name.
   *
   * @throws PostgresException if the query fails
   */
  public static boolean databaseExists(Connection session, String name) throws PostgresException {
    try (var statement =
        session.prepareStatement("SELECT 1 FROM pg_catalog.pg_database WHERE datname = ?")) {
      statement.setString(1, name);
      try (var row = statement.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
