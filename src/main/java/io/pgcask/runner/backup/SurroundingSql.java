package io.pgcask.runner.backup;

import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.MountedSql;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The SQL that somebody wants to be run before and after a dump. */
final class SurroundingSql implements AutoCloseable {
  /** Of the 50 seconds that a runner has to clean up when it is told to stop. */
  private static final Duration AFTER_CANCELLATION = Duration.ofSeconds(20);

  private final RunContext context;
  private final Task.Backup task;
  private final MountedSql sql;

  private boolean ended;

  private SurroundingSql(RunContext context, Task.Backup task, ConnectionSettings settings) {
    this.context = context;
    this.task = task;
    this.sql =
        new MountedSql(
            context, task.uid(), settings, Duration.ofSeconds(task.stallTimeoutSeconds()));
  }

  /**
   * Runs what comes before the dump.
   *
   * @param waiting a session that is needed afterwards and must not be closed for idling
   * @return {@link #end} runs what comes after it; closing it does so if that has not been
   */
  static SurroundingSql begin(
      RunContext context, Task.Backup task, ConnectionSettings settings, Connection waiting)
      throws TaskFailedException, PostgresException {
    var around = new SurroundingSql(context, task, settings);
    if (task.spec().preSql() != null) {
      keep(waiting);
      around.sql.run("preSql", task.spec().preSql(), Mounts.PRE_SQL, Duration.ZERO);
    }
    return around;
  }

  private static void keep(Connection waiting) throws PostgresException {
    try (var statement = waiting.createStatement()) {
      statement.execute("SET idle_session_timeout = 0");
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** Runs what comes after a dump that has succeeded. */
  void end() throws TaskFailedException, PostgresException {
    ended = true;
    if (task.spec().postSql() != null) {
      sql.run("postSql", task.spec().postSql(), Mounts.POST_SQL, AFTER_CANCELLATION);
    }
  }

  /** Runs what comes after a dump that has failed: why that did matters more than this. */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    try {
      end();
    } catch (TaskFailedException e) {
      context.reporter().warning(e.getMessage());
    } catch (PostgresException e) {
      context.reporter().warning("postSql was not run: " + e.getMessage());
    }
  }
}
