package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.postgres.SafeText;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.stored.Decompression;
import io.pgcask.runner.stored.DumpDirectory;
import io.pgcask.runner.stored.DumpStream;
import io.pgcask.runner.stored.StagedDump;
import io.pgcask.runner.stored.StoredDump;
import io.pgcask.runner.tool.Backends;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.runner.tool.Traffic;
import io.pgcask.runner.tool.Watch;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Streams one dump into the target. What is believed in the end: the hash of the dump, which beats
 * everything, then the exit codes, then the errors that the tool told.
 */
final class DataLoad implements Traffic {
  private static final int BUFFER = 128 << 10;

  private final RunContext context;
  private final Task.Restore task;
  private final Manifest manifest;
  private final StoredDump source;
  private final RestoreTools tools;
  private final Backends backends;
  private final LoadProgress progress;
  private final String aftermath;

  private volatile long handedOver;
  private volatile Optional<RestoreTools.Processes> running = Optional.empty();
  private Optional<StorageException> storageFailure = Optional.empty();
  private Optional<String> unreadable = Optional.empty();
  private boolean allHandedOver;
  private boolean wentOn;

  /**
   * Of a dump.
   *
   * @param source at its beginning
   * @param progress what the log's lines go through
   * @param aftermath what is said of the target behind the cause of a failure
   */
  DataLoad(
      RunContext context,
      Task.Restore task,
      Manifest manifest,
      StoredDump source,
      RestoreTools tools,
      Backends backends,
      LoadProgress progress,
      String aftermath) {
    this.context = context;
    this.task = task;
    this.manifest = manifest;
    this.source = source;
    this.tools = tools;
    this.backends = backends;
    this.progress = progress;
    this.aftermath = aftermath;
  }

  /**
   * Loads everything.
   *
   * @throws TaskFailedException if the target is not a whole copy now, but for errors that the task
   *     accepts
   */
  void run(ToolLog log) throws TaskFailedException, IOException, InterruptedException {
    var processes = tools.start(log);
    running = Optional.of(processes);
    progress
        .insight()
        .watch(
            new RestoreInsight.Observed(
                !(source instanceof StagedDump), processes::processorTime, backends::look));
    String failure;
    boolean stalled;
    try (processes;
        var cancel = context.cancellation().onCancel(processes::kill);
        var watch =
            new Watch(
                this,
                Duration.ofSeconds(task.stallTimeoutSeconds()),
                backends::busy,
                processes::kill,
                context.reporter(),
                progress.insight())) {
      failure = load(processes, log);
      if (!watch.stalled()) {
        readRest();
      }
      stalled = watch.stalled();
      if (failure.isEmpty() && (log.errorCount() == 0 || acceptsErrors(log))) {
        progress.finished();
      }
    } finally {
      if (context.cancellation().cancelled()) {
        backends.end();
      }
      log.tail().forEach(context.reporter()::log);
    }
    if (stalled) {
      backends.end();
    }
    judge(failure, stalled, log);
  }

  /** Moves the bytes; returns how the tools failed, or nothing. */
  private String load(RestoreTools.Processes processes, ToolLog log)
      throws IOException, InterruptedException {
    if (manifest.format() == DumpFormat.PLAIN) {
      var psql = processes.psql().orElseThrow();
      feedSql(((DumpStream) source).plain(), psql); // only archives are directories
      var failure = failure("psql", psql.await(), log);
      return allHandedOver || !failure.isEmpty() || log.errorCount() > 0
          ? failure
          : "psql ended before the dump did; ";
    }
    var restore = processes.restore().orElseThrow();
    if (processes.psql().isEmpty()) {
      feed(restore);
      var exit = restore.await();
      // what several processes count is right if there was no error, else one more for each entry
      boolean counted = log.allErrorsIgnored(progress.foreseen());
      boolean told = source instanceof StagedDump && log.errorsIgnored() && log.errorCount() > 0;
      wentOn = exit.code() == 1 && (counted || told);
      return wentOn ? "" : failure("pg_restore", exit, log);
    }
    var psql = processes.psql().get();
    var pump = pump(restore, psql);
    feed(restore);
    var restoreExit = restore.await();
    finish(pump);
    var psqlExit = psql.await();
    // psql that gives up ends pg_restore as well, and is then the cause
    return psqlExit.succeeded() || restoreExit.code() == 1
        ? failure("pg_restore", restoreExit, log) + failure("psql", psqlExit, log)
        : failure("psql", psqlExit, log);
  }

  /** For its hash; watched, since of one table in a large dump it may be almost everything. */
  private void readRest() throws IOException {
    if (storageFailure.isPresent() || context.cancellation().cancelled()) {
      return;
    }
    try {
      source.verifyRest();
    } catch (StorageException e) {
      storageFailure = Optional.of(e);
    }
  }

  private static String failure(String program, ToolProcess.Exit exit, ToolLog log) {
    if (exit.succeeded()) {
      return "";
    }
    if (exit.killed()) {
      return program + " was killed by signal " + exit.signal() + "; ";
    }
    return log.firstError().isPresent() ? "" : program + " ended with " + exit.code() + "; ";
  }

  private void feed(ToolProcess restore) {
    switch (source) {
      case DumpStream stream -> feedArchive(stream.plain(), restore);
      case StagedDump staged -> {} // it reads the disk
      case DumpDirectory directory -> {
        try {
          directory.feed(restore);
        } catch (StorageException e) {
          giveUp(e, restore);
        }
      }
    }
  }

  private void feedArchive(InputStream input, ToolProcess restore) {
    try (var out = restore.stdin()) {
      move(input, out, restore);
    } catch (IOException e) {
      // closing a pipe whose reader has ended: its exit code tells why
    }
  }

  private void feedSql(InputStream input, ToolProcess psql) {
    try (var out = tools.filter(psql);
        var sql = decompressed(input, psql)) {
      if (move(sql, out, psql)) {
        out.finish();
        allHandedOver = true;
      }
    } catch (IOException e) {
      // a pipe whose reader has ended: its exit code tells why
    }
  }

  private InputStream decompressed(InputStream input, ToolProcess psql) {
    try {
      return Decompression.of(input, manifest.compression().method());
    } catch (IOException e) {
      giveUp(e, psql);
      return InputStream.nullInputStream();
    }
  }

  /** Moves up to the end; false if the input failed or the tool did not want more. */
  private boolean move(InputStream in, OutputStream out, ToolProcess tool) {
    var buffer = new byte[BUFFER];
    while (true) {
      int count;
      try {
        count = in.read(buffer);
      } catch (IOException e) {
        giveUp(e, tool);
        return false;
      }
      if (count < 0) {
        return storageFailure.isEmpty() && unreadable.isEmpty();
      }
      try {
        out.write(buffer, 0, count);
      } catch (IOException e) {
        return false; // it has ended: its exit code tells why
      }
      handedOver = handedOver + count;
    }
  }

  /** The input cannot be had: what the tool has got so far must not look like the whole. */
  private void giveUp(IOException e, ToolProcess tool) {
    if (e instanceof StorageException storage) {
      storageFailure = Optional.of(storage);
    } else {
      unreadable = Optional.of(String.valueOf(e.getMessage()));
    }
    tool.kill();
  }

  /** Moves the SQL of pg_restore into psql, which ends with it only if it ended well. */
  private FutureTask<Void> pump(ToolProcess restore, ToolProcess psql) {
    var pump =
        new FutureTask<Void>(
            () -> {
              try (var out = tools.filter(psql)) {
                restore.stdout().transferTo(out);
                if (restore.await().succeeded()) {
                  out.finish();
                } else {
                  psql.kill();
                }
              } catch (IOException e) {
                restore.kill();
              }
              return null;
            });
    Thread.ofPlatform().daemon().name("sql").start(pump);
    return pump;
  }

  private static void finish(FutureTask<Void> pump) throws IOException, InterruptedException {
    try {
      pump.get();
    } catch (ExecutionException e) {
      throw new IOException("the SQL could not be passed on", e.getCause());
    }
  }

  private void judge(String failure, boolean stalled, ToolLog log)
      throws TaskFailedException, IOException {
    if (context.cancellation().cancelled()) {
      throw Cancellation.failure();
    }
    if (stalled) {
      throw new TaskFailedException(
          Reason.STALLED,
          "for %d s nothing moved and no backend worked".formatted(task.stallTimeoutSeconds())
              + aftermath);
    }
    if (storageFailure.isPresent()) {
      throw new TaskFailedException(
          storageFailure.get().reason(), storageFailure.get().getMessage() + aftermath);
    }
    if (unreadable.isPresent()) {
      throw new TaskFailedException(
          Reason.RESTORE_FAILED,
          "the dump cannot be decompressed: " + unreadable.get() + aftermath);
    }
    if (!failure.isEmpty() || log.errorCount() > 0 && !acceptsErrors(log)) {
      var first = log.firstError().map(text -> SafeText.mask(SafeText.firstLine(text))).orElse("");
      var lost = log.connectionLost() ? "the connection was lost; " : "";
      throw new TaskFailedException(
          Reason.RESTORE_FAILED,
          "%d errors; %s%s%s%s".formatted(log.errorCount(), lost, failure, first, aftermath));
    }
  }

  /** Of a tool that came to its end, with a connection: each entry has had its turn. */
  private boolean acceptsErrors(ToolLog log) {
    return task.steps().acceptsErrors() && wentOn && !log.connectionLost();
  }

  @Override
  public long bytesRead() {
    return source.bytesRead();
  }

  @Override
  public long bytesStored() {
    return source instanceof DumpStream ? handedOver : source.bytesRead();
  }

  /** A dump on disk is read by the tool alone, and of a large table nothing else is to be seen. */
  @Override
  public long moved() {
    return source instanceof StagedDump
        ? running.map(RestoreTools.Processes::bytesMoved).orElse(0L)
        : Traffic.super.moved();
  }
}
