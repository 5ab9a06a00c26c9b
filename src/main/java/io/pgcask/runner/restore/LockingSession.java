package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.PostgresException;
import io.pgcask.runner.TaskFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The session in which a Restore works on the server itself, and which keeps other restores off its
 * targets for as long as it lives. It is silent while a database is loaded, and may die of that.
 */
final class LockingSession implements AutoCloseable {
  static final int ANSWER_SECONDS = 10;

  private final Replacement.Maintenance sessions;
  private final String applicationName;

  private Connection session;
  private int backend;

  /**
   * Opens it.
   *
   * @param applicationName of all sessions of this Restore
   */
  LockingSession(Replacement.Maintenance sessions, String applicationName)
      throws PostgresException {
    this.sessions = sessions;
    this.applicationName = applicationName;
    this.session = sessions.open();
    this.backend = new TargetQueries(session).backend();
  }

  /** The session, dead or alive. */
  Connection session() {
    return session;
  }

  /**
   * The session if it lives, else another one that has taken the locks.
   *
   * @param targets whose locks are still needed
   * @throws TaskFailedException LockTimeout if another restore has got one of them meanwhile
   */
  Connection alive(List<String> targets)
      throws TaskFailedException, PostgresException, SQLException {
    if (session.isValid(ANSWER_SECONDS)) {
      return session;
    }
    session.close();
    session = sessions.open();
    var queries = new TargetQueries(session);
    takeOver(queries, backend, applicationName, targets);
    backend = queries.backend();
    return session;
  }

  /**
   * Takes the locks of a session that is lost; its backend may not have noticed yet.
   *
   * @param queries of the session that takes them
   * @throws TaskFailedException LockTimeout if another restore has got one of them meanwhile
   */
  static void takeOver(
      TargetQueries queries, int lostBackend, String applicationName, List<String> targets)
      throws TaskFailedException, PostgresException {
    queries.end(lostBackend, applicationName);
    for (var target : targets) {
      if (!queries.lock(target)) {
        throw new TaskFailedException(
            Reason.LOCK_TIMEOUT,
            "the session that kept other restores off was lost, and another restore into database %s"
                    .formatted(target)
                + " runs now");
      }
    }
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
