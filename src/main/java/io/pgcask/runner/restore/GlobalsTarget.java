package io.pgcask.runner.restore;

import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.restore.globals.Role;
import io.pgcask.runner.restore.globals.Tablespace;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * What a server has of roles and tablespaces, and what the role that restores may do about them.
 *
 * @param user who restores
 * @param major version of the server
 * @param superuser whether it may do everything
 * @param createsRoles whether it may make roles
 * @param gives attributes that it may give to roles that it makes
 * @param roles that exist
 * @param grants roles that exist and that it may make others members of
 * @param tablespaces that exist
 * @param directories of tablespaces to come that the server's host has
 */
record GlobalsTarget(
    String user,
    int major,
    boolean superuser,
    boolean createsRoles,
    Set<Role.Attribute> gives,
    Set<String> roles,
    Set<String> grants,
    Set<String> tablespaces,
    Set<String> directories) {

  /** Since then, CREATEROLE alone gives neither what it has not itself nor other roles away. */
  private static final int BOUNDED_CREATEROLE = 16;

  private static final String RIGHTS =
      """
      SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
      FROM pg_catalog.pg_roles WHERE rolname = current_user
      """;

  private static final String GRANTS =
      """
      SELECT r.rolname FROM pg_catalog.pg_roles r, pg_catalog.pg_roles me
      WHERE me.rolname = current_user
        AND (me.rolsuper
          OR NOT r.rolsuper
            AND (pg_catalog.pg_has_role(me.oid, r.oid, 'MEMBER WITH ADMIN OPTION')
              OR me.rolcreaterole
                AND pg_catalog.current_setting('server_version_num')::int < 160000))
      """;

  /**
   * Asks a server.
   *
   * @param wanted tablespaces whose directories are looked for; only a superuser can
   */
  static GlobalsTarget read(Connection session, ServerFacts server, Collection<Tablespace> wanted)
      throws PostgresException {
    var queries = new TargetQueries(session);
    try (var statement = session.createStatement();
        var row = statement.executeQuery(RIGHTS)) {
      row.next();
      boolean superuser = row.getBoolean(2);
      boolean createsRoles = superuser || row.getBoolean(3);
      var gives = EnumSet.allOf(Role.Attribute.class);
      if (!superuser) {
        boolean bounded = server.major() >= BOUNDED_CREATEROLE;
        gives.remove(Role.Attribute.SUPERUSER);
        keepIf(!bounded || row.getBoolean(4), gives, Role.Attribute.CREATEDB);
        keepIf(bounded && row.getBoolean(5), gives, Role.Attribute.REPLICATION);
        keepIf(bounded && row.getBoolean(6), gives, Role.Attribute.BYPASSRLS);
      }
      return new GlobalsTarget(
          row.getString(1),
          server.major(),
          superuser,
          createsRoles,
          gives,
          Set.copyOf(queries.strings("SELECT rolname FROM pg_catalog.pg_roles")),
          Set.copyOf(queries.strings(GRANTS)),
          Set.copyOf(queries.strings("SELECT spcname FROM pg_catalog.pg_tablespace")),
          superuser ? directories(queries, wanted) : Set.of());
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private static void keepIf(
      boolean may, Set<Role.Attribute> attributes, Role.Attribute attribute) {
    if (!may) {
      attributes.remove(attribute);
    }
  }

  private static Set<String> directories(TargetQueries queries, Collection<Tablespace> wanted) {
    var found = new HashSet<String>();
    for (var tablespace : wanted) {
      try {
        if (queries
            .strings("SELECT (pg_catalog.pg_stat_file(?, true)).isdir", tablespace.location())
            .contains("t")) {
          found.add(tablespace.location());
        }
      } catch (PostgresException e) {
        // a directory that the server may not look at is none that it could use
      }
    }
    return found;
  }
}
