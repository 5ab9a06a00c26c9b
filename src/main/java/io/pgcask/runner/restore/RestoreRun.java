package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.Conninfo;
import io.pgcask.postgres.Passfile;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.stored.ArchiveList;
import io.pgcask.runner.stored.DumpDirectory;
import io.pgcask.runner.tool.Backends;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Restores one backup into one database: plan, then write. */
public final class RestoreRun {
  /** Since 15, schema public belongs to the database's owner and no longer to the superuser. */
  private static final int PUBLIC_OF_OWNER = 15;

  private final RunContext context;
  private final Task.Restore task;
  private final ConnectionSettings settings;
  private final ClientTools installed;

  private Optional<String> serverVersion = Optional.empty();
  private Optional<String> toolVersion = Optional.empty();

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
      var source =
          RestoreSource.plan(context, task.path(), settings.database(), plan).chosen(task.choice());
      restore(plan, source, work);
      return task.bounds().dryRun()
          ? result(true, Reason.DRY_RUN, "every check has passed; nothing was written", null, null)
          : result(
              true,
              Reason.COMPLETED,
              "restored into database " + settings.database(),
              source.storedBytes(),
              source.manifest().sha256());
    } catch (TaskFailedException e) {
      return failed(context.cancellation().cancelled() ? Cancellation.failure() : e);
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

  private void restore(RestorePlan plan, RestoreSource source, WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    try (var maintenance = maintenance(plan)) {
      var target = new RestoreTarget(task, settings, maintenance);
      serverVersion = Optional.of(target.server().version());
      var client = target.plan(plan, source, installed);
      var part =
          new ChoicePlan(task, settings, plan).check(source, client, maintenance, target.server());
      boolean keepPublicOwner = keepsPublicOwner(source.manifest(), target.server());
      if (keepPublicOwner) {
        plan.warning(
            "schema public",
            "schema public keeps the target's owner; the original's was the superuser, and the role"
                + " is none");
      }
      if (task.mode() == RestoreMode.CLEAN) {
        new CleanCheck(plan, source, settings, ApplicationNames.session(task.uid()))
            .run(client, Files.createDirectory(work.path().resolve("plan")));
      }
      context.cancellation().check();
      if (task.bounds().dryRun()) {
        return;
      }
      mustBeInTime();
      context.reporter().progress(0, 0, 0);
      var major = target.server().major();
      Replacement.Load load =
          into -> load(source, part, client, major, keepPublicOwner, into, work);
      switch (task.mode()) {
        case CREATE_NEW -> {
          var creation = new DatabaseCreation(context, settings, source.properties());
          creation.create(maintenance, major);
          if (task.choice().role().isPresent()) {
            creation.giveTo(maintenance, task.choice().role().get());
          }
          load.into(settings);
        }
        case INTO_EMPTY -> load.into(settings);
        case CLEAN -> {
          // again, and in a new session: the dump has been read since
          try (var watching = openMaintenance()) {
            new OtherSessions(watching, settings.database(), task.uid())
                .mustLeave(task.bounds().terminateConnections());
          }
          load.into(settings);
        }
        case REPLACE ->
            new Replacement(context, task, settings, major)
                .run(maintenance, this::openMaintenance, load);
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    if (task.mode() == RestoreMode.CREATE_NEW) {
      applyProperties(source.properties());
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

  /** What is said of the target if it could not be loaded. */
  private String aftermath() {
    var database = settings.database();
    return switch (task.mode()) {
      case CREATE_NEW, INTO_EMPTY -> "; database " + database + " is not a whole copy";
      case CLEAN ->
          "; it was one transaction: unless it had just ended, database "
              + database
              + " is as it was";
      case REPLACE -> ""; // said when the temporary database has been dropped
    };
  }

  /** A new session: the first one has been silent for the whole load, and may be dead. */
  private void applyProperties(Manifest.Database properties) throws PostgresException {
    try (var maintenance = openMaintenance()) {
      new DatabaseCreation(context, settings, properties).applyProperties(maintenance);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private Connection maintenance(RestorePlan plan) throws TaskFailedException {
    try {
      return openMaintenance();
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

  private static boolean keepsPublicOwner(Manifest manifest, ServerFacts target) {
    return manifest.serverVersionNum() / 10000 < PUBLIC_OF_OWNER
        && target.major() >= PUBLIC_OF_OWNER
        && !target.superuser();
  }

  private void load(
      RestoreSource source,
      RestorePart part,
      Client client,
      int targetMajor,
      boolean keepPublicOwner,
      ConnectionSettings into,
      WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var manifest = source.manifest();
    var name = source.database().name();
    var dump = part.dump(source, client, work.path());
    var list = part.list(work.path(), keepPublicOwner);
    if (list.isEmpty() && keepPublicOwner && manifest.format() != DumpFormat.PLAIN) {
      var all = source.backup().list(name, dump, client, work.path());
      list = Optional.of(ArchiveList.withoutPublicSchema(all));
    }
    var tools =
        new RestoreTools(
            manifest.format(),
            dump instanceof DumpDirectory directory
                ? Optional.of(directory.directory())
                : Optional.empty(),
            client,
            installed.newest(),
            targetMajor,
            conninfo(into, work),
            work.path(),
            list,
            part.options(),
            keepPublicOwner,
            task.mode() == RestoreMode.CLEAN);
    toolVersion =
        Optional.of(
            manifest.format() == DumpFormat.PLAIN
                ? tools.newest().version("psql")
                : client.version("pg_restore"));
    try (dump;
        var backends =
            new Backends(
                into, ApplicationNames.tool(task.uid()), ApplicationNames.session(task.uid()));
        var log =
            new ToolLog(
                work.path().resolve("log.txt"),
                context.reporter()::warning,
                context.reporter()::error)) {
      new DataLoad(context, task, manifest, dump, tools, backends, aftermath()).run(log);
    }
  }

  private String conninfo(ConnectionSettings into, WorkDirectory work) throws IOException {
    Optional<Path> passfile =
        settings.password().isPresent()
            ? Optional.of(Passfile.write(work.path(), settings.password().get()))
            : Optional.empty();
    return new Conninfo(into, ApplicationNames.tool(task.uid()), passfile).forWriting();
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
        .toolVersion(toolVersion.orElse(null))
        .warningCount(context.reporter().warningCount())
        .errorCount(context.reporter().errorCount())
        .build();
  }
}
