package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.Conninfo;
import io.pgcask.postgres.Passfile;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.tool.Backends;
import io.pgcask.runner.tool.Insight;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.runner.tool.Traffic;
import io.pgcask.runner.tool.Watch;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One pg_dump into its files. */
final class DumpAttempt {
  private final RunContext context;
  private final Task.Backup task;
  private final ConnectionSettings settings;
  private final Preflight preflight;
  private final BackupFiles files;
  private final BackupProgress progress;
  private final PumpTimes times = new PumpTimes();

  DumpAttempt(
      RunContext context,
      Task.Backup task,
      ConnectionSettings settings,
      Preflight preflight,
      BackupFiles files,
      BackupProgress progress) {
    this.context = context;
    this.task = task;
    this.settings = settings;
    this.preflight = preflight;
    this.files = files;
    this.progress = progress;
  }

  /**
   * Dumps.
   *
   * @return the files, which are complete in storage
   */
  List<Manifest.StoredFile> run(SnapshotKeeper keeper, ToolLog log, WorkDirectory work)
      throws TaskFailedException, IOException, InterruptedException {
    try (var scratch = WorkDirectory.create(context.environment().scratch());
        var sink = sink(keeper, scratch)) {
      dump(sink, keeper, log, work, scratch);
      context.cancellation().check();
      var stored = sink.complete();
      progress.done(preflight, sink.bytesRead(), sink.bytesStored());
      return stored;
    }
  }

  private DumpSink sink(SnapshotKeeper keeper, WorkDirectory scratch) throws StorageException {
    return switch (DumpOption.format(preflight.spec())) {
      case CUSTOM, PLAIN, TAR ->
          new StreamSink(context.store(), files, preflight, times, keeper::close);
      case DIRECTORY ->
          new DirectorySink(
              context.store(), files, preflight, scratch.path(), times, keeper::close);
    };
  }

  /** From start to exit code 0 and the last byte; anything else is thrown. */
  private void dump(
      DumpSink sink, SnapshotKeeper keeper, ToolLog log, WorkDirectory work, WorkDirectory scratch)
      throws TaskFailedException, IOException, InterruptedException {
    long begun = System.nanoTime();
    ToolProcess.Exit exit;
    boolean stalled;
    Optional<StorageException> storageFailure;
    try (var dump = start(sink, keeper.snapshot().id(), log, work, scratch);
        var cancel = context.cancellation().onCancel(() -> breakOff(dump, sink));
        var backends = backends();
        var watch =
            new Watch(
                sink,
                Duration.ofSeconds(task.stallTimeoutSeconds()),
                backends::busy,
                () -> breakOff(dump, sink),
                context.reporter(),
                progress.around(preflight, insight(dump, sink, backends)))) {
      storageFailure = take(sink, dump);
      exit = dump.await();
      stalled = watch.stalled();
    } finally {
      log.tail().forEach(context.reporter()::log);
    }
    if (context.cancellation().cancelled()) {
      throw Cancellation.failure();
    }
    if (stalled) {
      throw stalledAt(sink);
    }
    if (storageFailure.isPresent()) {
      throw TaskFailedException.of(storageFailure.get());
    }
    if (exit.killed()) {
      throw new TaskFailedException(
          Reason.DUMP_KILLED,
          "pg_dump was killed by signal "
              + exit.signal()
              + (exit.signal() == 9 ? ", perhaps because the pod's memory limit was reached" : ""));
    }
    if (!exit.succeeded()) {
      var elapsed = Duration.ofNanos(System.nanoTime() - begun);
      throw new DumpDiagnosis(settings, ApplicationNames.session(task.uid()), preflight)
          .find(log.firstError(), elapsed, sink.bytesRead() == 0);
    }
  }

  private static void breakOff(ToolProcess dump, DumpSink sink) {
    dump.kill();
    sink.cancel();
  }

  /** Storage may fail while pg_dump is well: then it is ended, and storage is the reason. */
  private static Optional<StorageException> take(DumpSink sink, ToolProcess dump)
      throws IOException, InterruptedException {
    try {
      sink.take(dump);
      return Optional.empty();
    } catch (StorageException e) {
      dump.kill();
      return Optional.of(e);
    }
  }

  private ToolProcess start(
      DumpSink sink, String snapshot, ToolLog log, WorkDirectory work, WorkDirectory scratch)
      throws IOException {
    Optional<Path> passfile =
        settings.password().isPresent()
            ? Optional.of(Passfile.write(work.path(), settings.password().get()))
            : Optional.empty();
    var conninfo = new Conninfo(settings, ApplicationNames.tool(task.uid()), passfile).forReading();
    var plan = preflight.plan();
    var arguments =
        new ArrayList<>(
            DumpCommand.arguments(
                preflight.spec(), plan.compression(), plan.client().major(), snapshot, conninfo));
    arguments.addAll(sink.arguments());
    return ToolProcess.start(
        plan.client().program("pg_dump"),
        arguments,
        scratch.path(), // where a Tar's members are spooled
        ToolProcess.Stdin.NONE,
        ToolProcess.Stdout.READ,
        log);
  }

  private Insight insight(ToolProcess dump, DumpSink sink, Backends backends) {
    return new DumpInsight(
        DumpSize.estimate(task, preflight),
        times,
        sink::bytesRead,
        dump::processorTime,
        backends::look);
  }

  private Backends backends() {
    return new Backends(
        settings, ApplicationNames.tool(task.uid()), ApplicationNames.session(task.uid()));
  }

  private TaskFailedException stalledAt(Traffic stream) {
    return new TaskFailedException(
        Reason.STALLED,
        "for %d s pg_dump wrote nothing, storage acknowledged nothing, and no backend worked; it had"
                .formatted(task.stallTimeoutSeconds())
            + " written %d bytes, of which %d were stored"
                .formatted(stream.bytesRead(), stream.bytesStored()));
  }
}
