package io.pgcask.runner.tool;

import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.SQLException;
import java.time.Duration;

/** Asks the server, in a short session of its own, what our backends do. */
public final class Backends {
  private static final String BUSY =
      """
      SELECT EXISTS (
        SELECT FROM pg_catalog.pg_stat_activity
        WHERE application_name = ? AND pid <> pg_catalog.pg_backend_pid()
          AND state = 'active' AND coalesce(wait_event_type, '') NOT IN ('Client', 'Lock'))
      """;

  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final ConnectionSettings settings;
  private final String toolName;
  private final String ownName;

  /**
   * For the backends of a run.
   *
   * @param toolName application_name of the tools
   * @param ownName application_name of the session that asks
   */
  public Backends(ConnectionSettings settings, String toolName, String ownName) {
    this.settings = settings;
    this.toolName = toolName;
    this.ownName = ownName;
  }

  /**
   * Whether one of them is busy with something else than waiting for us or for somebody's lock. A
   * server that cannot be asked counts as one that does nothing.
   */
  public boolean busy() {
    try (var session = Sessions.open(settings, ownName, ANSWER);
        var query = session.prepareStatement(BUSY)) {
      query.setString(1, toolName);
      try (var row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    } catch (PostgresException | SQLException e) {
      return false;
    }
  }
}
