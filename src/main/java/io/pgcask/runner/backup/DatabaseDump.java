package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.Globals;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.SnapshotContent;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.tool.ToolLog;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One database in one snapshot: what is found in it, and its pg_dump. */
final class DatabaseDump implements AutoCloseable {
  private final RunContext context;
  private final Task.Backup task;
  private final ConnectionSettings settings;
  private final SnapshotKeeper keeper;
  private final Cancellation.Registration onCancel;
  private final Preflight preflight;

  private DatabaseDump(
      RunContext context,
      Task.Backup task,
      ConnectionSettings settings,
      SnapshotKeeper keeper,
      Cancellation.Registration onCancel,
      Preflight preflight) {
    this.context = context;
    this.task = task;
    this.settings = settings;
    this.keeper = keeper;
    this.onCancel = onCancel;
    this.preflight = preflight;
  }

  /**
   * What was dumped.
   *
   * @param snapshot that the dump shows
   * @param content of the snapshot, if a restore is to be compared with it
   * @param roles that the database refers to, if they are wanted
   * @param files of the dump, complete in storage
   */
  record Dumped(
      Preflight preflight,
      SnapshotKeeper.Snapshot snapshot,
      Optional<SnapshotContent> content,
      Optional<List<String>> roles,
      List<Manifest.StoredFile> files) {

    /** Name of the database. */
    String name() {
      return preflight.database().name();
    }
  }

  /**
   * Takes the snapshot and looks around in it.
   *
   * @param settings with the database
   * @param session to that database, in autocommit mode; it is closed with this
   */
  static DatabaseDump begin(
      RunContext context,
      Task.Backup task,
      ConnectionSettings settings,
      Connection session,
      ServerFacts server,
      DumpPlan plan)
      throws TaskFailedException, PostgresException {
    becomeRole(session, task, settings);
    var keeper = keeper(session, task, server);
    var onCancel = context.cancellation().onCancel(keeper::close);
    try {
      var preflight = Preflight.read(keeper.session(), server, plan, task.spec());
      return new DatabaseDump(context, task, settings, keeper, onCancel, preflight);
    } catch (TaskFailedException | PostgresException | RuntimeException e) {
      try (keeper;
          onCancel) {
        throw e;
      }
    }
  }

  /** What is asked and checked is then what pg_dump, which is told the same role, may do. */
  static void becomeRole(Connection session, Task.Backup task, ConnectionSettings settings)
      throws TaskFailedException {
    var role = DumpOption.options(task.spec()).role();
    if (role == null) {
      return;
    }
    try (var statement = session.createStatement()) {
      statement.execute("SET ROLE " + Sql.identifier(role));
    } catch (SQLException e) {
      throw new TaskFailedException(
          Reason.INVALID_OPTIONS,
          "options.role: %s cannot become %s: %s"
              .formatted(settings.user(), role, SafeText.firstLine(e.getMessage())));
    }
  }

  private static SnapshotKeeper keeper(Connection session, Task.Backup task, ServerFacts server)
      throws PostgresException {
    boolean deferrable =
        Boolean.TRUE.equals(DumpOption.options(task.spec()).serializableDeferrable());
    return deferrable
        ? SnapshotKeeper.beginDeferrable(
            session, server.major(), Duration.ofSeconds(task.stallTimeoutSeconds()))
        : SnapshotKeeper.begin(session, server.major(), server.inRecovery());
  }

  /** What was found in the snapshot. */
  Preflight preflight() {
    return preflight;
  }

  /**
   * Dumps.
   *
   * @param progress of the whole backup
   */
  Dumped run(BackupFiles files, BackupProgress progress, ToolLog log, WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var content = content();
    var roles = roles();
    var attempt = new DumpAttempt(context, task, settings, preflight, files, progress);
    return new Dumped(preflight, keeper.snapshot(), content, roles, attempt.run(keeper, log, work));
  }

  private Optional<List<String>> roles() throws PostgresException {
    return GlobalsDump.content(task) == Globals.Content.REFERENCED_ROLES
            && Preflight.holds(preflight.spec(), DumpSection.PRE_DATA)
        ? Optional.of(ReferencedRoles.read(keeper.session()))
        : Optional.empty();
  }

  private Optional<SnapshotContent> content() throws PostgresException {
    return Verification.levelOf(task.spec().verification()) == VerificationLevel.RESTORE
        ? Optional.of(
            ContentCount.read(keeper.session(), preflight.spec(), task.stallTimeoutSeconds()))
        : Optional.empty();
  }

  @Override
  public void close() {
    try (keeper;
        onCancel) {
      // both, whatever happens
    }
  }
}
