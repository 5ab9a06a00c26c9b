package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreGlobals;
import io.pgcask.contract.Task;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.restore.GlobalsChoice.Step;
import io.pgcask.runner.restore.globals.GlobalsException;
import io.pgcask.runner.restore.globals.GlobalsScript;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Roles and tablespaces of a backup, before its databases. What exists is left as it is: no
 * statement changes a role that was there.
 */
final class GlobalsRestore {
  private static final String CHECK = "globals";

  /** In bytes, of a list of roles in a message. */
  private static final int MAX_NAMES = 200;

  private final RunContext context;
  private final Task.Restore task;
  private final RestorePlan plan;
  private Optional<GlobalsChoice> choice = Optional.empty();

  GlobalsRestore(RunContext context, Task.Restore task, RestorePlan plan) {
    this.context = context;
    this.task = task;
    this.plan = plan;
  }

  /**
   * Makes the checks.
   *
   * @return names of the roles that will have been made before the databases are
   * @throws TaskFailedException if one has failed
   */
  Set<String> plan(StoredBackup backup, Connection session, ServerFacts server)
      throws TaskFailedException, PostgresException {
    if (task.extent().globals() == RestoreGlobals.NONE) {
      return Set.of();
    }
    var script = script(backup);
    boolean tablespaces = task.extent().globals() == RestoreGlobals.ALL;
    var target =
        GlobalsTarget.read(session, server, tablespaces ? script.tablespaces() : List.of());
    var found = new GlobalsChoice(script, target, tablespaces);
    if (!found.created().isEmpty() && !target.createsRoles()) {
      plan.failed(
          CHECK,
          Reason.PERMISSION_DENIED,
          "role %s may not create roles; run: ALTER ROLE %s CREATEROLE"
              .formatted(target.user(), Sql.identifier(target.user())));
    } else {
      plan.passed(CHECK, summary(found));
    }
    Rows.each(found.leftOut(), this::leaveOut);
    plan.mustHavePassed();
    choice = Optional.of(found);
    return found.created();
  }

  private void leaveOut(String text) {
    if (task.choice().strict()) {
      plan.failed(CHECK, Reason.PERMISSION_DENIED, text + " (strict)");
    } else {
      plan.warning(CHECK, text);
    }
  }

  private static String summary(GlobalsChoice found) {
    return "%s; %s"
        .formatted(
            names("roles that will be created", found.created()),
            names("roles that exist and are left as they are", found.existing()));
  }

  private static String names(String what, Collection<String> names) {
    return names.isEmpty()
        ? "no " + what
        : "%d %s: %s"
            .formatted(names.size(), what, SafeText.shorten(String.join(", ", names), MAX_NAMES));
  }

  private GlobalsScript script(StoredBackup backup) throws TaskFailedException {
    try {
      var sql = backup.globals();
      if (sql.isPresent()) {
        return GlobalsScript.parse(sql.get());
      }
      plan.failed(
          CHECK,
          Reason.INVALID_OPTIONS,
          "the backup holds no globals.sql, it was taken with globals.include None; leave out globals");
    } catch (GlobalsException e) {
      plan.failed(
          CHECK,
          Reason.INVALID_OPTIONS,
          "globals.sql of the backup cannot be used: %s; restore it by hand, as RESTORE.md says"
              .formatted(e.getMessage()));
    } catch (StorageException e) {
      plan.failed(CHECK, e.reason(), e.getMessage());
    } catch (IOException e) {
      plan.failed(
          CHECK,
          Reason.RESTORE_FAILED,
          "globals.sql cannot be read: " + String.valueOf(e.getMessage()));
    }
    plan.mustHavePassed();
    throw new IllegalStateException("a failed plan has passed");
  }

  /**
   * Makes what the plan has found to be missing.
   *
   * @param session in autocommit mode, and so again afterwards
   * @throws TaskFailedException if roles or memberships cannot be made; then none was
   */
  void write(Connection session) throws TaskFailedException, PostgresException {
    if (choice.isEmpty()) {
      return;
    }
    try {
      writeRoles(session, choice.get().roleSteps());
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    for (var tablespace : choice.get().tablespaceSteps()) {
      writeTablespace(session, tablespace);
    }
  }

  private void writeRoles(Connection session, List<Step> steps)
      throws TaskFailedException, SQLException {
    session.setAutoCommit(false);
    try {
      // literals are written for it
      Sessions.execute(session, "SET LOCAL standard_conforming_strings TO on");
      for (var step : steps) {
        var before = session.setSavepoint();
        try {
          Sessions.execute(session, step.sql());
          session.releaseSavepoint(before);
          context.reporter().log("globals: " + step.shown());
        } catch (SQLException e) {
          if (step.needed()) {
            throw new TaskFailedException(
                Reason.RESTORE_FAILED,
                "globals: %s failed: %s; no role was created and no database was touched"
                    .formatted(step.shown(), message(e)));
          }
          session.rollback(before);
          warn(step, e);
        }
      }
      session.commit();
    } catch (TaskFailedException | SQLException e) {
      Sessions.rollBack(session, e);
      throw e;
    }
    session.setAutoCommit(true);
  }

  /** Without the tablespace itself, what follows has nothing to be about. */
  private void writeTablespace(Connection session, List<Step> steps) {
    for (var step : steps) {
      try {
        Sessions.execute(session, step.sql());
        context.reporter().log("globals: " + step.shown());
      } catch (SQLException e) {
        warn(step, e);
        if (step.needed()) {
          return;
        }
      }
    }
  }

  private void warn(Step step, SQLException e) {
    context
        .reporter()
        .warning("globals: %s could not be done: %s".formatted(step.shown(), message(e)));
  }

  private static String message(SQLException e) {
    return SafeText.mask(SafeText.firstLine(Sessions.failure(e).getMessage()));
  }
}
