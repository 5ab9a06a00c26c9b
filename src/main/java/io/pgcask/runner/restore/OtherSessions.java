package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.TaskFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The sessions of others in the target database. */
final class OtherSessions {
  /**
   * Client backends, and what a role without pg_read_all_stats sees of those of other roles: no
   * type and no name. Background workers have no role. The probe of the operator comes and goes;
   * the session that follows the database is ended without asking, see {@link #endWatches}.
   */
  private static final String QUERY =
      """
      SELECT a.pid, a.usename, coalesce(a.application_name, ''),
             me.rolsuper OR (NOT coalesce(r.rolsuper, true)
               AND (pg_catalog.pg_has_role(a.usesysid, 'USAGE')
                    OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE')))
      FROM pg_catalog.pg_stat_activity a
      CROSS JOIN (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) me
      LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
      WHERE a.datname = ? AND a.usesysid IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()
        AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender')
        AND coalesce(a.application_name, '') NOT IN ('pgcask/probe', 'pgcask/watch', ?, ?)
      ORDER BY a.pid
      """;

  private static final String WATCHES =
      """
      SELECT a.pid FROM pg_catalog.pg_stat_activity a
      WHERE a.datname = ? AND a.application_name = 'pgcask/watch'
      """;

  /** How long one session may take to end: a big transaction is rolled back first. */
  private static final int PATIENCE_MILLIS = 10_000;

  private static final int SHOWN = 5;

  private final Connection maintenance;
  private final String database;
  private final String uid;

  /**
   * In a database.
   *
   * @param maintenance session in another one
   * @param uid of the restore, whose own sessions do not count
   */
  OtherSessions(Connection maintenance, String database, String uid) {
    this.maintenance = maintenance;
    this.database = database;
    this.uid = uid;
  }

  /**
   * One session.
   *
   * @param endable whether our role may end it
   */
  record Session(int pid, String user, String application, boolean endable) {
    @Override
    public String toString() {
      return "%s (pid %d%s)".formatted(user, pid, application.isEmpty() ? "" : ", " + application);
    }
  }

  List<Session> list() throws PostgresException {
    try (var statement = maintenance.prepareStatement(QUERY)) {
      statement.setString(1, database);
      statement.setString(2, ApplicationNames.tool(uid));
      statement.setString(3, ApplicationNames.session(uid));
      var sessions = new ArrayList<Session>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          sessions.add(
              new Session(row.getInt(1), row.getString(2), row.getString(3), row.getBoolean(4)));
        }
      }
      return sessions;
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /**
   * Sees to it that there are none.
   *
   * @param terminate whether they may be ended
   * @throws TaskFailedException DatabaseInUse if there are any and they may not
   */
  void mustLeave(boolean terminate) throws TaskFailedException, PostgresException {
    if (terminate) {
      end();
      return;
    }
    var sessions = list();
    if (!sessions.isEmpty()) {
      throw new TaskFailedException(
          Reason.DATABASE_IN_USE,
          "others are connected to database %s: %s; stop them, or set terminateConnections"
              .formatted(database, shown(sessions)));
    }
  }

  /**
   * Ends those that there are now, and waits for each. One that is gone already is no error.
   *
   * @throws PostgresException PermissionDenied for one that the role may not end
   */
  void end() throws PostgresException {
    for (var session : list()) {
      end(session.pid());
    }
    endWatches();
  }

  /**
   * Ends those by which the operator follows the database; it comes back by itself.
   *
   * @throws PostgresException PermissionDenied for one that the role may not end
   */
  void endWatches() throws PostgresException {
    try (var statement = maintenance.prepareStatement(WATCHES)) {
      statement.setString(1, database);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          end(row.getInt(1));
        }
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private void end(int pid) throws PostgresException {
    try (var statement =
        maintenance.prepareStatement("SELECT pg_catalog.pg_terminate_backend(?, ?)")) {
      statement.setInt(1, pid);
      statement.setLong(2, PATIENCE_MILLIS);
      statement.execute();
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** The first few, for a message. */
  static String shown(List<Session> sessions) {
    var names = sessions.stream().limit(SHOWN).map(Session::toString);
    return names.collect(Collectors.joining(", "))
        + (sessions.size() > SHOWN ? " and %d more".formatted(sessions.size() - SHOWN) : "");
  }
}
