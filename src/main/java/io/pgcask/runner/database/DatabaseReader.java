package io.pgcask.runner.database;

import io.pgcask.contract.Manifest;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the properties of a session's own database. */
public final class DatabaseReader {
  private static final String SETTINGS =
      """
      SELECT r.rolname, s.setconfig
      FROM pg_catalog.pg_db_role_setting s
      LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
      WHERE s.setdatabase =
        (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        AND (s.setrole = 0 OR r.oid IS NOT NULL)
      ORDER BY r.rolname NULLS FIRST
      """;

  private final Connection session;
  private final int serverMajor;

  /** Reads through a session. */
  public DatabaseReader(Connection session, int serverMajor) {
    this.session = session;
    this.serverMajor = serverMajor;
  }

  /**
   * Reads them.
   *
   * @throws PostgresException if a query fails
   */
  public Manifest.Database read() throws PostgresException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(query())) {
      row.next();
      var settings = new ArrayList<String>();
      var roleSettings = new ArrayList<Manifest.RoleSettings>();
      readSettings(settings, roleSettings);
      return new Manifest.Database(
          row.getString("datname"),
          row.getString("owner"),
          row.getString("encoding"),
          row.getString("provider"),
          row.getString("locale"),
          row.getString("icurules"),
          row.getString("datcollate"),
          row.getString("datctype"),
          row.getInt("datconnlimit"),
          row.getString("comment"),
          strings(row, "acl"),
          settings,
          roleSettings);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** The columns about the locale changed with 15, 16 and 17. */
  private String query() {
    var provider =
        serverMajor >= 15
            ? "CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"
            : "'libc'";
    var locale = serverMajor >= 17 ? "d.datlocale" : serverMajor >= 15 ? "d.daticulocale" : "NULL";
    var rules = serverMajor >= 16 ? "d.daticurules" : "NULL";
    return """
        SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
               pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
               %s AS provider, %s AS locale, %s AS icurules, d.datcollate, d.datctype,
               d.datconnlimit, pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
               d.datacl::text[] AS acl
        FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
        """
        .formatted(provider, locale, rules);
  }

  private void readSettings(List<String> settings, List<Manifest.RoleSettings> roleSettings)
      throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(SETTINGS)) {
      while (row.next()) {
        var role = row.getString(1);
        var values = strings(row, "setconfig");
        if (role == null) {
          settings.addAll(values);
        } else {
          roleSettings.add(new Manifest.RoleSettings(role, values));
        }
      }
    }
  }

  private static List<String> strings(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return array == null ? null : List.of((String[]) array.getArray());
  }
}
