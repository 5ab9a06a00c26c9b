package io.pgcask.runner.tool;

import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Asks the server, in a session of its own, what our backends do. There is one such session at
 * most: {@link #look} keeps it for the next time, {@link #busy} alone does not. For several
 * threads, one of which asks at a time.
 */
public final class Backends implements AutoCloseable {
  private static final String BUSY =
      """
      SELECT EXISTS (
        SELECT FROM pg_catalog.pg_stat_activity
        WHERE application_name = ? AND pid <> pg_catalog.pg_backend_pid()
          AND state = 'active' AND coalesce(wait_event_type, '') NOT IN ('Client', 'Lock'))
      """;

  /** The one that copies, else any. */
  private static final String LOOK =
      """
      SELECT a.state, a.wait_event_type, a.wait_event,
             c.oid::bigint, n.nspname || '.' || c.relname, p.bytes_processed
      FROM pg_catalog.pg_stat_activity a
      LEFT JOIN pg_catalog.pg_stat_progress_copy p ON p.pid = a.pid
      LEFT JOIN pg_catalog.pg_class c ON c.oid = p.relid
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE a.application_name = ? AND a.pid <> pg_catalog.pg_backend_pid()
        AND a.datname = pg_catalog.current_database() AND a.backend_type = 'client backend'
      ORDER BY c.oid IS NULL, a.pid LIMIT 1
      """;

  private static final String END =
      """
      SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity
      WHERE application_name = ? AND usename = session_user
        AND pid <> pg_catalog.pg_backend_pid()
      """;

  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** A server that lets nobody in is not asked again at once: each try is a line in its log. */
  private static final Duration REST = Duration.ofMinutes(1);

  private final ConnectionSettings settings;
  private final String toolName;
  private final String ownName;
  private final ReentrantLock asking = new ReentrantLock();

  private Optional<Connection> kept = Optional.empty();
  private long restUntil = System.nanoTime();
  private volatile boolean closed;

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
    asking.lock();
    boolean keep = kept.isPresent();
    try {
      return ask(this::busy);
    } catch (PostgresException | SQLException e) {
      return false;
    } finally {
      if (!keep) {
        drop();
      }
      release();
    }
  }

  /** What one of them does now; empty if there is none, or the server cannot be asked. */
  public Optional<Backend> look() {
    asking.lock();
    try {
      return System.nanoTime() - restUntil < 0 ? Optional.empty() : ask(this::look);
    } catch (PostgresException | SQLException e) {
      restUntil = System.nanoTime() + REST.toNanos();
      return Optional.empty();
    } finally {
      release();
    }
  }

  /**
   * Ends those of our backends whose tool was killed. Most end by themselves when they next look at
   * their connection, but one that builds an index or waits for a lock does not look for as long as
   * that takes.
   *
   * @return whether the server was asked; if not, they end by themselves later
   */
  public boolean end() {
    asking.lock();
    try {
      return ask(this::end);
    } catch (PostgresException | SQLException e) {
      return false;
    } finally {
      drop();
      release();
    }
  }

  private boolean end(Connection session) throws SQLException {
    try (var query = prepare(session, END);
        var row = query.executeQuery()) {
      return row.next();
    }
  }

  private boolean busy(Connection session) throws SQLException {
    try (var query = prepare(session, BUSY);
        var row = query.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  private Optional<Backend> look(Connection session) throws SQLException {
    try (var query = prepare(session, LOOK);
        var row = query.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      var doing = Backend.doing(row.getString(1), row.getString(2), row.getString(3));
      var name = Optional.ofNullable(row.getString(5));
      var relation = row.getLong(4);
      var bytes = row.getLong(6);
      return Optional.of(
          new Backend(doing, name.map(table -> new Backend.Copy(relation, table, bytes))));
    }
  }

  private PreparedStatement prepare(Connection session, String query) throws SQLException {
    var statement = session.prepareStatement(query);
    statement.setString(1, toolName);
    return statement;
  }

  /** Asks in the session that was kept, and if there is none or it has broken, in a new one. */
  private <T> T ask(Question<T> question) throws PostgresException, SQLException {
    if (kept.isPresent()) {
      try {
        return question.ask(kept.get());
      } catch (SQLException e) {
        drop();
      }
    }
    kept = Optional.of(Sessions.open(settings, ownName, ANSWER));
    try {
      return question.ask(kept.get());
    } catch (SQLException e) {
      drop();
      throw e;
    }
  }

  private void drop() {
    var session = kept;
    kept = Optional.empty();
    try {
      if (session.isPresent()) {
        session.get().close();
      }
    } catch (SQLException e) {
      // the server has ended it already
    }
  }

  private void release() {
    asking.unlock();
    if (closed) {
      close();
    }
  }

  /** Ends the session; if it is just being asked, then after that. */
  @Override
  public void close() {
    closed = true;
    if (asking.tryLock()) {
      try {
        drop();
      } finally {
        asking.unlock();
      }
    }
  }

  private interface Question<T> {
    T ask(Connection session) throws SQLException;
  }
}
