package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.runner.TaskFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds out before the first write whether a dump can be restored by several jobs at once. */
final class ParallelPlan {
  private static final String JOBS = "jobs";
  private static final String SCRATCH = "scratch";

  private final Task.Restore task;
  private final RestorePlan plan;

  ParallelPlan(Task.Restore task, RestorePlan plan) {
    this.task = task;
    this.plan = plan;
  }

  /**
   * Makes the checks, if there is to be more than one job.
   *
   * @param disk where the dump is brought to
   * @throws TaskFailedException if one of them has failed
   */
  void check(RestoreSource source, RestorePart part, Client client, ServerFacts server, Path disk)
      throws TaskFailedException, IOException {
    if (task.choice().jobs() == 1) {
      return;
    }
    checkOrigin(source.backup().hasManifest());
    checkFormat(source.manifest().format());
    checkOptions(client, server);
    plan.mustHavePassed();
    checkSpace(part.storedBytes(source), usableBytes(disk));
    plan.mustHavePassed();
  }

  /** A dump without hashes is followed to its end while it streams, which several jobs prevent. */
  void checkOrigin(boolean hasManifest) {
    if (!hasManifest) {
      plan.failed(
          JOBS,
          Reason.INVALID_OPTIONS,
          "jobs above 1 need a backup of pgcask, whose manifest tells that it is whole: leave out"
              + " jobs");
    }
  }

  void checkFormat(DumpFormat format) {
    if (format == DumpFormat.CUSTOM || format == DumpFormat.DIRECTORY) {
      plan.passed(JOBS, "%d jobs restore at once".formatted(task.choice().jobs()));
    } else {
      plan.failed(
          JOBS,
          Reason.INVALID_OPTIONS,
          "jobs above 1 need a backup of format Custom or Directory, and this one has %s: leave out jobs"
              .formatted(format == DumpFormat.TAR ? "Tar" : "Plain"));
    }
  }

  /** The API server has refused two of these already, but a task may be older than its rules. */
  void checkOptions(Client client, ServerFacts server) {
    var options = task.choice().options();
    if (Boolean.TRUE.equals(options.singleTransaction())) {
      plan.failed(
          JOBS,
          Reason.INVALID_OPTIONS,
          "options.singleTransaction is one transaction of one connection: leave out jobs");
    }
    if (task.mode() == RestoreMode.CLEAN) {
      checkWayBack();
    }
    if (!UnknownSetting.isSent(client.major(), server.major())) {
      return;
    }
    // options.transactionSize ends at the first error as well
    if (Boolean.TRUE.equals(options.exitOnError()) || options.transactionSize() != null) {
      plan.failed(
          JOBS,
          Reason.INVALID_OPTIONS,
          "pg_restore %d begins each of its connections with a setting that the target (%s) does not know, and with options.exitOnError or options.transactionSize it would end there: leave out these, or jobs"
              .formatted(client.major(), server.version()));
    } else {
      plan.warning(
          JOBS,
          "pg_restore %d begins each of its connections with SET transaction_timeout, which the target (%s) does not know: these errors, and no others, are left out of account"
              .formatted(client.major(), server.version()));
    }
  }

  /** Several jobs have no transaction in common: what one of them has done stays. */
  private void checkWayBack() {
    var backup = task.bounds().safetyBackup();
    if (backup == null) {
      plan.failed(
          JOBS,
          Reason.INVALID_OPTIONS,
          "with several jobs mode Clean is no single transaction: set safetyBackup, or leave out jobs");
    } else {
      plan.warning(
          JOBS,
          "with several jobs mode Clean is no single transaction: if it fails, the database is neither as it was nor whole, and Backup %s has it as it was"
              .formatted(backup));
    }
  }

  private long usableBytes(Path disk) throws IOException {
    long free = Files.getFileStore(disk).getUsableSpace();
    var limit = task.choice().scratchBytes();
    return limit == null ? free : Math.min(free, limit);
  }

  /** As large as in storage: encrypted it is larger than decrypted, and it stays compressed. */
  void checkSpace(long needed, long usable) {
    if (needed > usable) {
      plan.failed(
          SCRATCH,
          Reason.INVALID_OPTIONS,
          "jobs above 1 need the dump on scratch disk, %d bytes, and there are %d: set pod.scratch.sizeLimit to more than that, or leave out jobs"
              .formatted(needed, usable));
    } else {
      plan.passed(
          SCRATCH, "the dump has %d bytes and there is scratch disk for them".formatted(needed));
    }
  }
}
