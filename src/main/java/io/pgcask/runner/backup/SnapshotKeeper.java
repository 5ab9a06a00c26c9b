package io.pgcask.runner.backup;

import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The session that holds the snapshot which pg_dump shows, so that everything the manifest says
 * belongs to the same moment. It is needed until pg_dump has taken the snapshot over.
 */
final class SnapshotKeeper implements AutoCloseable {
  private final Connection session;
  private final Snapshot snapshot;

  private SnapshotKeeper(Connection session, Snapshot snapshot) {
    this.session = session;
    this.snapshot = snapshot;
  }

  /**
   * Begins the transaction.
   *
   * @param session in autocommit mode; it is closed with the keeper
   */
  static SnapshotKeeper begin(Connection session, int serverMajor, boolean inRecovery)
      throws PostgresException {
    return begin(session, serverMajor, inRecovery, "REPEATABLE READ, READ ONLY");
  }

  /**
   * Begins a transaction that waits for a moment at which its snapshot is as if no other
   * transaction ran; pg_dump then takes the snapshot over and needs not wait.
   *
   * @param patience how long to wait for that moment
   */
  static SnapshotKeeper beginDeferrable(Connection session, int serverMajor, Duration patience)
      throws PostgresException {
    try {
      session.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    return begin(session, serverMajor, false, "SERIALIZABLE, READ ONLY, DEFERRABLE");
  }

  private static SnapshotKeeper begin(
      Connection session, int serverMajor, boolean inRecovery, String mode)
      throws PostgresException {
    try (var statement = session.createStatement()) {
      // as pg_dump does for itself: a limit of the role or the database must not end a long dump
      statement.execute("SET statement_timeout = 0");
      statement.execute("SET idle_in_transaction_session_timeout = 0");
      if (serverMajor >= 17) {
        statement.execute("SET transaction_timeout = 0");
      }
      var lsn = lsn(statement, inRecovery);
      session.setAutoCommit(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL " + mode);
      try (var row =
          statement.executeQuery(
              "SELECT pg_catalog.pg_export_snapshot(), pg_catalog.clock_timestamp()")) {
        row.next();
        var at = row.getObject(2, OffsetDateTime.class).toInstant();
        return new SnapshotKeeper(session, new Snapshot(row.getString(1), at, lsn));
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** A hint only: it is read just before, and a role may be forbidden to read it. */
  private static Optional<String> lsn(Statement statement, boolean inRecovery) {
    var function = inRecovery ? "pg_last_wal_replay_lsn" : "pg_current_wal_lsn";
    try (var row = statement.executeQuery("SELECT pg_catalog." + function + "()::text")) {
      row.next();
      return Optional.ofNullable(row.getString(1));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /** For queries that are to see the same as pg_dump. */
  Connection session() {
    return session;
  }

  /** Lets go of the snapshot. From any thread; a query that runs fails. */
  @Override
  public void close() {
    try {
      session.abort(Runnable::run);
    } catch (SQLException e) {
      // the server has noticed already, or will: the socket is closed
    }
  }

  /**
   * What was exported.
   *
   * @param id for {@code --snapshot}
   * @param at by the server's clock
   * @param lsn a hint
   */
  record Snapshot(String id, Instant at, Optional<String> lsn) {}
}
