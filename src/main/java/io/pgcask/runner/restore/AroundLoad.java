package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.restore.roles.RoleRun;
import io.pgcask.runner.restore.roles.RoleWork;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is set in the target by ourselves, before pg_restore has begun and after it has ended.
 *
 * @param before statements for extensions, in one transaction
 * @param after owners, rights and policies
 */
record AroundLoad(List<String> before, Optional<RoleWork> after) {
  static final AroundLoad NOTHING = new AroundLoad(List.of(), Optional.empty());

  /**
   * Runs what comes before.
   *
   * @param aftermath what is said of the target behind the cause of a failure
   */
  void begin(RunContext context, Task.Restore task, ConnectionSettings into, String aftermath)
      throws TaskFailedException, PostgresException {
    if (before.isEmpty()) {
      return;
    }
    try (var session = open(task, into);
        var cancel = context.cancellation().onCancel(() -> abort(session))) {
      session.setAutoCommit(false);
      if (task.choice().role().isPresent()) {
        DatabaseCreation.execute(session, "SET ROLE " + Sql.identifier(task.choice().role().get()));
      }
      for (var statement : before) {
        context.cancellation().check();
        DatabaseCreation.execute(session, statement);
      }
      session.commit();
    } catch (PostgresException e) {
      throw new TaskFailedException(
          e.reason() == Reason.HOST_UNREACHABLE ? e.reason() : Reason.RESTORE_FAILED,
          "the extensions of options.extensionMap could not be created: %s%s"
              .formatted(e.getMessage(), aftermath));
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /**
   * Runs what comes after.
   *
   * @return whether there were errors, which the task accepts
   */
  boolean end(RunContext context, Task.Restore task, ConnectionSettings into, String aftermath)
      throws TaskFailedException, PostgresException {
    if (after.isEmpty()) {
      return false;
    }
    context.reporter().log("owners, rights and policies are being set");
    try (var session = open(task, into);
        var cancel = context.cancellation().onCancel(() -> abort(session))) {
      var setting = new RoleRun(after.get(), session, context.cancellation());
      if (task.steps().acceptsErrors()) {
        setting.accepting(context.reporter()::error);
      }
      return setting.run() > 0;
    } catch (TaskFailedException e) {
      throw new TaskFailedException(e.reason(), e.getMessage() + aftermath);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** Closes its socket: the server rolls back what had begun. */
  private static void abort(Connection session) {
    try {
      session.abort(Runnable::run);
    } catch (SQLException e) {
      // it has ended by itself
    }
  }

  private static Connection open(Task.Restore task, ConnectionSettings into)
      throws PostgresException {
    return Sessions.openForTexts(
        into, ApplicationNames.session(task.uid()), Duration.ofSeconds(task.stallTimeoutSeconds()));
  }
}
