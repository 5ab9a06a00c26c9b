package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ProviderNames;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The roles that own something in a database, or have a privilege or a policy there. A dump names
 * them and does not hold them.
 */
final class ReferencedRoles {
  /** The superuser of the server's beginning, who is listed nowhere, may own something, too. */
  private static final String NAMES =
      """
      SELECT r.rolname FROM pg_catalog.pg_roles r
      WHERE r.oid = 10 OR r.oid IN (
        SELECT s.refobjid FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d
          ON d.oid = s.dbid
            OR (s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND s.objid = d.oid)
        WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
          AND d.datname = pg_catalog.current_database())
      ORDER BY 1
      """;

  /** In bytes; PostgreSQL has made it itself. */
  private static final String PREDEFINED = "pg_";

  private static final String SUPERUSER = "postgres";

  private ReferencedRoles() {}

  /** Their names, in order. */
  static List<String> read(Connection session) throws PostgresException {
    var names = new ArrayList<String>();
    try (var statement = session.createStatement();
        var row = statement.executeQuery(NAMES)) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    return names;
  }

  /**
   * SQL that makes those which are not there, without password and login. What every server has,
   * and what a provider keeps for itself, is left out.
   *
   * @param database which refers to them
   * @param provider who runs the server
   */
  static byte[] sql(String database, List<String> roles, Provider provider) {
    var text =
        new StringBuilder("-- Roles that database ")
            .append(database.replaceAll("\\R", " "))
            .append(" refers to. One that exists is left as it is.\n");
    for (var role : roles) {
      if (role.equals(SUPERUSER)
          || role.startsWith(PREDEFINED)
          || ProviderNames.isRole(role, provider)) {
        continue;
      }
      text.append(
          """

          SELECT pg_catalog.format('CREATE ROLE %%I NOLOGIN', %1$s) WHERE NOT EXISTS
            (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s) \\gexec
          """
              .formatted(Sql.literal(role)));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
