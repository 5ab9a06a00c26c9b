package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreStatus.Restored;
import io.pgcask.api.v1alpha1.SqlSource;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.Conninfo;
import io.pgcask.postgres.Passfile;
import io.pgcask.postgres.PostgresException;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.MountedSql;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.restore.selection.ArchivePart;
import io.pgcask.runner.stored.ArchiveList;
import io.pgcask.runner.stored.DumpDirectory;
import io.pgcask.runner.stored.DumpStream;
import io.pgcask.runner.stored.StagedDump;
import io.pgcask.runner.stored.StoredDump;
import io.pgcask.runner.tool.Backends;
import io.pgcask.runner.tool.ToolLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Fills one database, once: the SQL that comes before, the dump, the SQL that comes after it, and
 * the planner's statistics. Afterwards it knows how that went.
 */
final class RestoreLoad implements Replacement.Load, AutoCloseable {
  private final RunContext context;
  private final Task.Restore task;
  private final RestoreSource source;
  private final Prepared prepared;
  private final RestorePlan plan;
  private final WorkDirectory work;
  private final LoadProgress progress;

  private Optional<StagedDump> staged = Optional.empty();

  private Optional<String> toolVersion = Optional.empty();
  private Optional<Restored> restored = Optional.empty();
  private boolean withErrors;

  /**
   * What the plan has found.
   *
   * @param part what of the dump is restored
   * @param client whose programs do it
   * @param installed where psql is found
   * @param targetMajor of the server
   * @param keepPublicOwner whether schema public keeps the target's owner
   */
  record Prepared(
      RestorePart part,
      Client client,
      ClientTools installed,
      int targetMajor,
      boolean keepPublicOwner) {}

  RestoreLoad(
      RunContext context,
      Task.Restore task,
      RestoreSource source,
      Prepared prepared,
      RestorePlan plan,
      WorkDirectory work) {
    this.context = context;
    this.task = task;
    this.source = source;
    this.prepared = prepared;
    this.plan = plan;
    this.work = work;
    boolean several = task.choice().jobs() > 1;
    this.progress =
        LoadProgress.begin(
            source,
            prepared.part(),
            several,
            several && UnknownSetting.isSent(prepared.client().major(), prepared.targetMajor()));
  }

  /** What is known of how far it is. */
  RestoreInsight insight() {
    return progress.insight();
  }

  /**
   * Brings the dump to disk, if several jobs are to read it; no more than once. Nothing is written
   * to the target.
   */
  void stage() throws TaskFailedException, IOException {
    if (task.choice().jobs() > 1 && staged.isEmpty()) {
      progress.insight().begin();
      staged =
          Optional.of(
              new Staging(context, task, plan).bring(source, prepared.part(), progress.insight()));
    }
  }

  /** Gives the space on disk back, also if nothing came to load it. */
  @Override
  public void close() throws IOException {
    if (staged.isPresent()) {
      staged.get().close();
    }
  }

  @Override
  public void into(ConnectionSettings database)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    run("preSql", task.steps().preSql(), Mounts.PRE_SQL, database, "nothing was loaded");
    var count = LoadCount.begin(context.reporter(), database, task.uid(), prepared.targetMajor());
    prepared.part().around().begin(context, task, database, aftermath(database));
    var entriesWithErrors = load(database);
    withErrors |= prepared.part().around().end(context, task, database, aftermath(database));
    if (task.mode() != RestoreMode.CLEAN || prepared.part().entries().isPresent()) {
      restored = count.end(prepared.part().entries(), entriesWithErrors);
    }
    run("postSql", task.steps().postSql(), Mounts.POST_SQL, database, "the load was done before");
    if (task.steps().analyze() && PlannerStatistics.neededAfter(task.choice())) {
      boolean known = prepared.part().entries().filter(ArchivePart::hasStatistics).isPresent();
      new PlannerStatistics(context, database, task.uid(), patience()).gather(known);
    }
    context.cancellation().check();
  }

  private void run(
      String field, SqlSource sql, String file, ConnectionSettings database, String aftermath)
      throws TaskFailedException, PostgresException {
    if (sql == null) {
      return;
    }
    try {
      new MountedSql(context, task.uid(), database, patience())
          .run(field, sql, file, Duration.ZERO);
    } catch (TaskFailedException e) {
      throw new TaskFailedException(e.reason(), e.getMessage() + "; " + aftermath);
    }
  }

  private Duration patience() {
    return Duration.ofSeconds(task.stallTimeoutSeconds());
  }

  /** Returns the numbers of the entries that had errors, which the task accepts. */
  private Set<Integer> load(ConnectionSettings into)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    StoredDump dump =
        staged.isPresent()
            ? staged.get()
            : prepared.part().dump(source, prepared.client(), work.path());
    var tools = tools(dump, into);
    toolVersion = Optional.of(version(tools));
    try (dump;
        var backends =
            new Backends(
                into, ApplicationNames.tool(task.uid()), ApplicationNames.session(task.uid()));
        var log =
            new ToolLog(
                work.path().resolve("log.txt"),
                context.reporter()::warning,
                context.reporter()::error,
                progress.lines())) {
      new DataLoad(
              context, task, source.manifest(), dump, tools, backends, progress, aftermath(into))
          .run(log);
      withErrors = log.errorCount() > 0;
      return log.entriesWithErrors();
    }
  }

  private RestoreTools tools(StoredDump dump, ConnectionSettings into)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    return new RestoreTools(
        source.manifest().format(),
        switch (dump) {
          case DumpStream stream -> Optional.empty();
          case DumpDirectory directory -> Optional.of(directory.directory());
          case StagedDump onDisk -> Optional.of(onDisk.archive());
        },
        prepared.client(),
        prepared.installed().newest(),
        prepared.targetMajor(),
        conninfo(into),
        work.path(),
        list(dump),
        prepared.part().options(),
        prepared.keepPublicOwner(),
        task.mode() == RestoreMode.CLEAN,
        task.steps().acceptsErrors(),
        task.choice().jobs(),
        progress.entries().isPresent());
  }

  private Optional<Path> list(StoredDump dump)
      throws TaskFailedException, IOException, InterruptedException {
    var list = prepared.part().list(work.path(), prepared.keepPublicOwner());
    if (list.isPresent()
        || !prepared.keepPublicOwner()
        || source.manifest().format() == DumpFormat.PLAIN) {
      return list;
    }
    var all = source.backup().list(source.database().name(), dump, prepared.client(), work.path());
    return Optional.of(ArchiveList.withoutPublicSchema(all));
  }

  private String version(RestoreTools tools) throws IOException {
    return source.manifest().format() == DumpFormat.PLAIN
        ? tools.newest().version("psql")
        : prepared.client().version("pg_restore");
  }

  private String conninfo(ConnectionSettings into) throws IOException {
    Optional<Path> passfile =
        into.password().isPresent()
            ? Optional.of(Passfile.write(work.path(), into.password().get()))
            : Optional.empty();
    return new Conninfo(into, ApplicationNames.tool(task.uid()), passfile)
        .forWriting(task.choice().sessionSettings());
  }

  /** What is said of the target if it could not be loaded. */
  private String aftermath(ConnectionSettings into) {
    var database = into.database();
    return switch (task.mode()) {
      case CREATE_NEW, INTO_EMPTY -> "; database " + database + " is not a whole copy";
      case CLEAN ->
          task.choice().jobs() > 1
              ? "; database %s is not a whole copy: Backup %s has it as it was"
                  .formatted(database, task.bounds().safetyBackup())
              : "; it was one transaction: unless it had just ended, database "
                  + database
                  + " is as it was";
      case REPLACE -> ""; // said when the temporary database has been dropped
    };
  }

  /** Version of the tool that loads; empty before it was started. */
  Optional<String> toolVersion() {
    return toolVersion;
  }

  /** What the load has brought; empty if it has not ended well, or could not be counted. */
  Optional<Restored> restored() {
    return restored;
  }

  /** Whether the tool told errors, which the task accepts. */
  boolean hadErrors() {
    return withErrors;
  }
}
