package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupScope;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.SnapshotContent;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.change.ChangeEvidence;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.age.Recipients;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.verify.Verifier;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Dumps one database, or all of a server, one after the other. The rule that everything here
 * serves: the dump comes into being only after pg_dump ended with 0, its messages were read to the
 * end and the hash was closed; the manifest comes last; in every other case what was written is
 * removed.
 */
public final class BackupRun {
  /** The size of a database is counted file by file, which takes its time on slow disks. */
  static final Duration PREFLIGHT_ANSWER = Duration.ofMinutes(10);

  private final RunContext context;
  private final Task.Backup task;
  private final ConnectionSettings settings;
  private final Optional<Recipients> recipients;
  private final BackupFiles files;
  private final Destination destination;
  private final Instant startedAt = Instant.now();

  private final List<String> leftOut = new ArrayList<>();

  private List<Preflight> found = List.of();
  private boolean wrote;
  private Optional<ChangeEvidence.Known> evidence = Optional.empty();

  /**
   * A run of a task.
   *
   * @param recipients for whom it is encrypted; empty: it is not
   */
  public BackupRun(
      RunContext context,
      Task.Backup task,
      ConnectionSettings settings,
      Optional<Recipients> recipients) {
    this.context = context;
    this.task = task;
    this.settings = settings;
    this.recipients = recipients;
    this.files = new BackupFiles(task.path(), task.attempt(), recipients);
    this.destination = new Destination(context, task, task.storage(), files, startedAt);
  }

  /** Runs to the end, whatever it is. */
  public Result run() {
    try {
      return dump();
    } catch (TaskFailedException e) {
      return failed(context.cancellation().cancelled() ? cancelled() : e);
    } catch (RuntimeException e) {
      // a bug leaves nothing behind either
      if (wrote) {
        destination.remove();
      }
      throw e;
    }
  }

  private static TaskFailedException cancelled() {
    return Cancellation.failure();
  }

  private Result dump() throws TaskFailedException {
    try (var work = WorkDirectory.create(context.environment().temporary())) {
      destination.prepare();
      return dump(work);
    } catch (PostgresException e) {
      throw TaskFailedException.of(e);
    } catch (StorageException e) {
      throw TaskFailedException.of(e);
    } catch (IOException e) {
      throw new TaskFailedException(Reason.INTERNAL, "the runner failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled();
    }
  }

  private Result dump(WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var name = ApplicationNames.session(task.uid());
    try (var session = Sessions.open(settings, name, PREFLIGHT_ANSWER)) {
      return dump(work, session);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private Result dump(WorkDirectory work, Connection session)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    DatabaseDump.becomeRole(session, task, settings);
    var server = ServerFacts.read(session);
    var plan = DumpPlan.of(task.spec(), server, ClientTools.under(context.environment().clients()));
    var toolVersion = plan.client().version("pg_dump");
    try (var sql = SurroundingSql.begin(context, task, settings, session);
        var log = new ToolLog(work.path().resolve("log.txt"), this::warn, error -> {})) {
      var stored = new ArrayList<Manifest.StoredFile>();
      var dumped =
          switch (scope()) {
            case DATABASE -> List.of(database(session, server, plan, log, work));
            case SERVER -> server(session, server, plan, stored, log, work);
          };
      dumped.forEach(one -> stored.addAll(one.files()));
      sql.end();
      if (!Boolean.FALSE.equals(task.spec().keepLog())) {
        stored.add(storeLog(log));
      }
      if (recipients.isPresent()) {
        for (var one : dumped) {
          stored.add(storeProperties(one.preflight().database()));
        }
      }
      for (var one : dumped) {
        if (one.roles().isPresent()) {
          stored.add(storeRoles(one.name(), one.roles().get()));
        }
        if (one.content().isPresent()) {
          stored.add(storeContent(one.name(), one.content().get()));
        }
      }
      var warnings = new ArrayList<>(leftOut);
      warnings.addAll(warnings(found));
      warnings.addAll(log.warnings());
      var records = new BackupRecords(task, startedAt, dumped, toolVersion, recipients, evidence);
      var manifest = records.manifest(stored, warnings, context.redactor());
      destination.publish(manifest);
      // from here on nothing is removed: there is a backup, and if it is damaged that is for people
      // to judge
      wrote = false;
      context.reporter().verifying();
      var level = level();
      var verified = new Verifier(context, task.path(), level).verify(work);
      var completed = records.completed(manifest, context.reporter().warningCount(), verified);
      return new BackupCopies(context, task, files, startedAt)
          .complete(judged(completed, verified), level, work);
    }
  }

  private BackupScope scope() {
    return task.spec().scope() == null ? BackupScope.DATABASE : task.spec().scope();
  }

  /** The one database of the settings, in the session that there is. */
  private DatabaseDump.Dumped database(
      Connection session, ServerFacts server, DumpPlan plan, ToolLog log, WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    evidence = SnapshotEvidence.read(session, task);
    try (var dump = DatabaseDump.begin(context, task, settings, session, server, plan)) {
      mayWrite(List.of(dump.preflight()));
      return dump.run(files, BackupProgress.ofOne(), log, work);
    }
  }

  /** The globals and every database. */
  private List<DatabaseDump.Dumped> server(
      Connection session,
      ServerFacts server,
      DumpPlan plan,
      List<Manifest.StoredFile> stored,
      ToolLog log,
      WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var whole = new ServerDump(context, task, settings, server, plan, files);
    var databases = whole.look(session, work, leftOut::add);
    leftOut.forEach(this::warn);
    mayWrite(databases);
    stored.addAll(whole.globals(log, work));
    return whole.databases(databases, log, work);
  }

  /** Everything has been looked at, and storage has room: writing may begin. */
  private void mayWrite(List<Preflight> databases) throws TaskFailedException, StorageException {
    found = databases;
    context.store().checkSpace(databases.stream().mapToLong(Preflight::leastDumpBytes).sum());
    warnings(databases).forEach(this::warn);
    wrote = true;
  }

  private static List<String> warnings(List<Preflight> databases) {
    return databases.stream()
        .flatMap(
            one ->
                one.warnings().stream()
                    .map(
                        text ->
                            databases.size() == 1
                                ? text
                                : "database %s: %s".formatted(one.database().name(), text)))
        .toList();
  }

  /** How far here. A restore needs another pod, see {@code io.pgcask.operator.backup}. */
  private VerificationLevel level() {
    return Verification.levelOf(task.spec().verification()).withoutServer();
  }

  private static Result judged(Result completed, Result.Verified verified) {
    return verified.result() == VerificationResult.DAMAGED
        ? ResultBuilder.builder(completed)
            .succeeded(false)
            .reason(Reason.VERIFICATION_FAILED)
            .message(verified.message() + "; the data was kept")
            .build()
        : completed;
  }

  private void warn(String warning) {
    context.reporter().warning(warning);
  }

  private Manifest.StoredFile storeLog(ToolLog log) throws IOException {
    var object = files.put(context.store(), files.log(), log.bytes());
    return new Manifest.StoredFile(Manifest.Role.LOG, null, "log.txt", List.of(object));
  }

  /** What the manifest of an encrypted backup does not tell everybody. */
  private Manifest.StoredFile storeProperties(Manifest.Database database) throws IOException {
    var path = files.properties(database.name());
    var object = files.put(context.store(), path, context.json().pretty(database));
    return new Manifest.StoredFile(
        Manifest.Role.PROPERTIES, database.name(), BackupFiles.name(path), List.of(object));
  }

  private Manifest.StoredFile storeRoles(String database, List<String> roles) throws IOException {
    var path = files.globals();
    var object =
        files.put(
            context.store(), path, ReferencedRoles.sql(database, roles, task.server().provider()));
    return new Manifest.StoredFile(
        Manifest.Role.GLOBALS, null, BackupFiles.name(path), List.of(object));
  }

  private Manifest.StoredFile storeContent(String database, SnapshotContent content)
      throws IOException {
    var path = files.content(database);
    var object = files.put(context.store(), path, context.json().pretty(content));
    return new Manifest.StoredFile(
        Manifest.Role.CONTENT, database, BackupFiles.name(path), List.of(object));
  }

  private Result failed(TaskFailedException e) {
    boolean clean = !wrote || destination.remove();
    var message =
        clean ? e.getMessage() : e.getMessage() + "; what was written could not be removed";
    return ResultBuilder.builder(Results.failed(e))
        .message(message)
        .clean(clean)
        .databaseSizeBytes(
            found.isEmpty() ? null : found.stream().mapToLong(Preflight::databaseSizeBytes).sum())
        .serverVersion(found.isEmpty() ? null : found.getFirst().server().version())
        .warningCount(context.reporter().warningCount())
        .build();
  }
}
