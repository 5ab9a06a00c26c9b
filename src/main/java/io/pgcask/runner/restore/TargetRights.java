package io.pgcask.runner.restore;

import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ProviderNames;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * What the role that restores may do in the target.
 *
 * @param role its name
 * @param superuser whether it may do everything
 * @param provided whether it is what a provider gives in place of a superuser, which may do things
 *     that cannot be asked for
 * @param subscriptions whether it may create subscriptions
 * @param available extensions that the server has, and whether this role may create them
 * @param installed extensions of the target, and whether they are this role's
 */
record TargetRights(
    String role,
    boolean superuser,
    boolean provided,
    boolean subscriptions,
    Map<String, Boolean> available,
    Map<String, Boolean> installed) {

  private static final String ROLE =
      """
      SELECT r.rolsuper,
             EXISTS (SELECT FROM pg_catalog.pg_roles p
                     WHERE p.rolname = ANY (?) AND pg_catalog.pg_has_role(r.oid, p.oid, 'MEMBER')),
             EXISTS (SELECT FROM pg_catalog.pg_roles p
                     WHERE p.rolname = 'pg_create_subscription'
                       AND pg_catalog.pg_has_role(r.oid, p.oid, 'USAGE'))
      FROM pg_catalog.pg_roles r WHERE r.rolname = ?
      """;

  /** Of versions, since a control file of each says who may create it. */
  private static final String AVAILABLE =
      """
      SELECT name, bool_or(trusted OR NOT superuser)
      FROM pg_catalog.pg_available_extension_versions GROUP BY name
      """;

  private static final String INSTALLED =
      """
      SELECT e.extname, pg_catalog.pg_has_role(r.oid, e.extowner, 'USAGE')
      FROM pg_catalog.pg_extension e, pg_catalog.pg_roles r WHERE r.rolname = ?
      """;

  /** What every new database has. */
  private static final String OF_TEMPLATE0 = "plpgsql";

  /**
   * In a database that will be made from template0.
   *
   * @param session in any database of the server
   */
  static TargetRights inNewDatabase(Connection session, String role) throws PostgresException {
    var rights = read(session, role);
    return rights.withInstalled(Map.of(OF_TEMPLATE0, rights.superuser()));
  }

  /**
   * In a database that exists.
   *
   * @param session in it
   */
  static TargetRights inDatabase(Connection session, String role) throws PostgresException {
    return read(session, role).withInstalled(flags(session, INSTALLED, role));
  }

  private TargetRights withInstalled(Map<String, Boolean> extensions) {
    return new TargetRights(role, superuser, provided, subscriptions, available, extensions);
  }

  private static TargetRights read(Connection session, String role) throws PostgresException {
    try (var statement = session.prepareStatement(ROLE)) {
      statement.setArray(
          1, session.createArrayOf("text", ProviderNames.superusers().toArray(String[]::new)));
      statement.setString(2, role);
      try (var row = statement.executeQuery()) {
        boolean known = row.next();
        boolean superuser = known && row.getBoolean(1);
        return new TargetRights(
            role,
            superuser,
            known && row.getBoolean(2),
            superuser || known && row.getBoolean(3),
            flags(session, AVAILABLE),
            Map.of());
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private static Map<String, Boolean> flags(Connection session, String query, String... values)
      throws PostgresException {
    var flags = new HashMap<String, Boolean>();
    try (var statement = session.prepareStatement(query)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          flags.put(row.getString(1), row.getBoolean(2));
        }
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    return flags;
  }
}
