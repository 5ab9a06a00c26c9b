package io.pgcask.runner.restore;

import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What a plan asks the target's server about its roles. */
final class RoleQueries {
  /**
   * Since 16, to be a member says neither that one may become a role nor that one has its rights.
   */
  private static final int SET_OPTION = 16;

  private static final String ROLES =
      """
      SELECT r.rolname, r.rolsuper,
             pg_catalog.pg_has_role(me.oid, r.oid, '%s')
               AND pg_catalog.pg_has_role(me.oid, r.oid, 'USAGE')
      FROM pg_catalog.pg_roles r, pg_catalog.pg_roles me
      WHERE r.rolname = ANY (?) AND me.rolname = ?
      """;

  private static final String LOCKS =
      """
      SELECT current_setting('max_locks_per_transaction')::bigint
        * (current_setting('max_connections')::bigint
           + current_setting('max_prepared_transactions')::bigint)
      """;

  private final Connection session;
  private final int major;

  /**
   * In a session.
   *
   * @param major version of the server
   */
  RoleQueries(Connection session, int major) {
    this.session = session;
    this.major = major;
  }

  /**
   * A role.
   *
   * @param canBeTaken whether the one who asks may give things to it and act in its name
   */
  record Role(boolean superuser, boolean canBeTaken) {}

  /**
   * Those that exist, by name.
   *
   * @param me the role that restores
   */
  Map<String, Role> roles(Collection<String> names, String me) throws PostgresException {
    var roles = new HashMap<String, Role>();
    var query = ROLES.formatted(major >= SET_OPTION ? "SET" : "MEMBER");
    try (var statement = session.prepareStatement(query)) {
      statement.setArray(1, session.createArrayOf("text", names.toArray(String[]::new)));
      statement.setString(2, me);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          roles.put(row.getString(1), new Role(row.getBoolean(2), row.getBoolean(3)));
        }
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    return roles;
  }

  /** How many objects can be locked at once. */
  long locks() throws PostgresException {
    return Long.parseLong(new TargetQueries(session).strings(LOCKS).getFirst());
  }
}
