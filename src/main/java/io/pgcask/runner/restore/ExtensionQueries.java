package io.pgcask.runner.restore;

import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a target's server says of its extensions. */
final class ExtensionQueries implements ExtensionPlan.Server {
  private static final String VERSIONS =
      "SELECT version FROM pg_catalog.pg_available_extension_versions WHERE name = ?"
          + " ORDER BY version";

  private static final String SCHEMA =
      "SELECT DISTINCT schema FROM pg_catalog.pg_available_extension_versions"
          + " WHERE name = ? AND schema IS NOT NULL";

  private static final String INSTALLED =
      "SELECT e.extversion, n.nspname FROM pg_catalog.pg_extension e"
          + " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = ?";

  private final Connection session;
  private final boolean inTarget;

  /**
   * In a session.
   *
   * @param inTarget whether its database is the target
   */
  ExtensionQueries(Connection session, boolean inTarget) {
    this.session = session;
    this.inTarget = inTarget;
  }

  @Override
  public List<String> versions(String extension) throws PostgresException {
    return new TargetQueries(session).strings(VERSIONS, extension);
  }

  @Override
  public Optional<String> fixedSchema(String extension) throws PostgresException {
    return new TargetQueries(session).strings(SCHEMA, extension).stream().findFirst();
  }

  @Override
  public Optional<ExtensionPlan.Installed> installed(String extension) throws PostgresException {
    if (!inTarget) {
      return Optional.empty();
    }
    try (var statement = session.prepareStatement(INSTALLED)) {
      statement.setString(1, extension);
      try (var row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(new ExtensionPlan.Installed(row.getString(1), row.getString(2)))
            : Optional.empty();
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
