package io.pgcask.operator.connection.readiness;

import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;

/**
 * Finds out whether a connection pooler stands before a server. Through a pooler the process that
 * the login names is not the one that answers.
 *
 * <p>Whether it pools by session or by transaction shows only when a session of the server changes
 * hands, and a pooler with nothing else to do hands back the one that it got last. So for a moment,
 * and only where there is a pooler, there is a second session: both hold a transaction, end it in
 * turn, and see whether they come back to the process that they had.
 */
final class PoolerDetection {

  /** A pooler without a free session lets its client wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Said by poolers to a statement that their mode does not know; never by a server. */
  private static final String PROTOCOL_VIOLATION = "08P01";

  private PoolerDetection() {}

  /**
   * Looks; leaves the session in autocommit mode.
   *
   * @param settings that the session was opened with
   */
  static Pooling detect(Connection session, ConnectionSettings settings, String application)
      throws SQLException {
    try {
      session.setAutoCommit(false);
      int process = process(session);
      return process == session.unwrap(PGConnection.class).getBackendPID()
          ? Pooling.NONE
          : modeOf(session, process, settings, application);
    } catch (SQLException e) {
      if (PROTOCOL_VIOLATION.equals(e.getSQLState())) {
        return Pooling.TRANSACTION; // statement pooling, which refuses transactions
      }
      throw e;
    } finally {
      leave(session);
    }
  }

  private static Pooling modeOf(
      Connection session, int process, ConnectionSettings settings, String application)
      throws SQLException {
    try (var other = Sessions.open(settings, application, PATIENCE)) {
      other.setAutoCommit(false);
      process(other);
      // both orders: a pooler gives away the session that came back last, or the one that came
      // first
      session.rollback();
      other.rollback();
      if (process(session) != process) {
        return Pooling.TRANSACTION;
      }
      process(other);
      other.rollback();
      session.rollback();
      return process(session) == process ? Pooling.SESSION : Pooling.TRANSACTION;
    } catch (PostgresException e) {
      return Pooling.EXHAUSTED;
    } catch (SQLException e) {
      if (session.isClosed()) {
        throw e;
      }
      return Pooling.EXHAUSTED;
    }
  }

  private static int process(Connection session) throws SQLException {
    return (int) DumpCheck.number(session, "SELECT pg_catalog.pg_backend_pid()");
  }

  private static void leave(Connection session) throws SQLException {
    if (!session.isClosed()) {
      session.rollback();
      session.setAutoCommit(true);
    }
  }
}
