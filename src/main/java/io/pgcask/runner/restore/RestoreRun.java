package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreStatus.Restored;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.contract.TaskServerBuilder;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Restores one backup into one database or several: plan, then write. */
public final class RestoreRun {
  private final RunContext context;
  private final Task.Restore task;
  private final ConnectionSettings settings;
  private final ClientTools installed;

  private Optional<String> serverVersion = Optional.empty();
  private List<DatabaseRestore> databases = List.of();
  private boolean written;

  /** A run of a task. */
  public RestoreRun(RunContext context, Task.Restore task, ConnectionSettings settings) {
    this.context = context;
    this.task = task;
    this.settings = settings;
    this.installed = ClientTools.under(context.environment().clients());
  }

  /** Runs to the end, whatever it is. */
  public Result run() {
    try (var work = WorkDirectory.create(context.environment().temporary())) {
      var plan = new RestorePlan(context.reporter());
      var opened = RestoreSource.open(context, task, plan);
      databases = databases(opened, plan);
      restore(plan, opened.backup(), work);
      return written
          ? result(true, completed(), message(), storedBytes(), sha256())
          : result(true, Reason.DRY_RUN, "every check has passed; nothing was written", null, null);
    } catch (TaskFailedException e) {
      return failed(context.cancellation().cancelled() && !written ? Cancellation.failure() : e);
    } catch (PostgresException e) {
      return failed(TaskFailedException.of(e));
    } catch (StorageException e) {
      return failed(TaskFailedException.of(e));
    } catch (IOException e) {
      return failed(
          new TaskFailedException(Reason.INTERNAL, "the runner failed: " + e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(Cancellation.failure());
    }
  }

  /** One, or those of the extent; all that are not in the backup are told at once. */
  private List<DatabaseRestore> databases(RestoreSource.Opened opened, RestorePlan plan)
      throws TaskFailedException {
    if (task.extent().databases().isEmpty()) {
      var source = RestoreSource.ofTarget(opened, settings.database(), plan);
      return List.of(
          new DatabaseRestore(context, task, settings, source, plan, this::openMaintenance));
    }
    var found = new ArrayList<DatabaseRestore>();
    Optional<TaskFailedException> first = Optional.empty();
    for (var wanted : task.extent().databases()) {
      var own = plan.of(wanted.target());
      try {
        found.add(
            new DatabaseRestore(
                context,
                taskOf(wanted),
                settings.withDatabase(wanted.target()),
                RestoreSource.named(opened, wanted.sourceOrTarget(), own),
                own,
                this::openMaintenance));
      } catch (TaskFailedException e) {
        first = first.or(() -> Optional.of(e));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
    return found;
  }

  private Task.Restore taskOf(RestoreSpec.Target wanted) {
    return TaskRestoreBuilder.builder(task)
        .server(TaskServerBuilder.builder(task.server()).database(wanted.target()).build())
        .extent(Task.Extent.ONE_DATABASE)
        .build();
  }

  private void restore(RestorePlan plan, StoredBackup backup, WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var sequence = new DatabaseSequence(context, databases);
    var globals = new GlobalsRestore(context, task, plan);
    try (var maintenance = maintenance(plan)) {
      var server = ServerFacts.read(maintenance.session());
      serverVersion = Optional.of(server.version());
      var newRoles = globals.plan(backup, maintenance.session(), server);
      sequence.plan(maintenance, newRoles, installed, work);
      context.cancellation().check();
      if (task.bounds().dryRun()) {
        return;
      }
      context.reporter().progress(0, 0, 0);
      databases.getFirst().stage();
      mustBeInTime();
      globals.write(maintenance.session());
      written = true;
      sequence.write(maintenance, server.major());
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private void mustBeInTime() throws TaskFailedException {
    if (task.bounds().passed(Instant.now())) {
      throw new TaskFailedException(
          Reason.EXPIRED,
          "notAfter (%s) had passed before the first write; nothing was changed"
              .formatted(task.bounds().notAfter()));
    }
  }

  private LockingSession maintenance(RestorePlan plan) throws TaskFailedException {
    try {
      return new LockingSession(this::openMaintenance, ApplicationNames.session(task.uid()));
    } catch (PostgresException e) {
      plan.failed("server", e.reason(), e.getMessage());
      throw TaskFailedException.of(e);
    }
  }

  private Connection openMaintenance() throws PostgresException {
    return Sessions.openMaintenance(
        settings,
        Optional.ofNullable(task.server().maintenanceDatabase()),
        ApplicationNames.session(task.uid()));
  }

  private Reason completed() {
    return loads().stream().anyMatch(RestoreLoad::hadErrors)
        ? Reason.COMPLETED_WITH_WARNINGS
        : Reason.COMPLETED;
  }

  private String message() {
    return "restored into database "
        + databases.stream().map(DatabaseRestore::target).collect(Collectors.joining(", "));
  }

  private long storedBytes() {
    return databases.stream().mapToLong(database -> database.source().storedBytes()).sum();
  }

  private String sha256() {
    return databases.size() == 1 ? databases.getFirst().source().manifest().sha256() : null;
  }

  private List<RestoreLoad> loads() {
    return databases.stream().flatMap(database -> database.load().stream()).toList();
  }

  private Optional<Replacement> replacement() {
    return databases.stream().flatMap(database -> database.replacement().stream()).findFirst();
  }

  private static Restored plus(Restored one, Restored other) {
    return new Restored(
        one.tables() + other.tables(),
        one.rows() == null || other.rows() == null ? null : one.rows() + other.rows(),
        one.indexes() + other.indexes());
  }

  private Result failed(TaskFailedException e) {
    return result(false, e.reason(), e.getMessage(), null, null);
  }

  private Result result(
      boolean succeeded, Reason reason, String message, Long sizeBytes, String sha256) {
    return ResultBuilder.builder()
        .succeeded(succeeded)
        .reason(reason)
        .message(message)
        .sizeBytes(sizeBytes)
        .sha256(sha256)
        .serverVersion(serverVersion.orElse(null))
        .toolVersion(
            loads().stream().flatMap(load -> load.toolVersion().stream()).findFirst().orElse(null))
        .restored(
            loads().stream()
                .filter(load -> succeeded)
                .flatMap(load -> load.restored().stream())
                .reduce(RestoreRun::plus)
                .orElse(null))
        .warningCount(context.reporter().warningCount())
        .errorCount(context.reporter().errorCount())
        .kept(replacement().flatMap(Replacement::kept).orElse(null))
        .temporaryLeft(
            replacement().filter(Replacement::temporaryLeft).isPresent() ? Boolean.TRUE : null)
        .build();
  }
}
