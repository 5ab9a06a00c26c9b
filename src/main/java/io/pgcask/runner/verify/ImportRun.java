package io.pgcask.runner.verify;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.storage.StorageException;
import java.io.IOException;

/** Makes a backup known that lies in storage already. It writes nothing but the verification. */
public final class ImportRun {
  private final RunContext context;
  private final Task.Import task;

  /** A run of a task. */
  public ImportRun(RunContext context, Task.Import task) {
    this.context = context;
    this.task = task;
  }

  /**
   * Reads the manifest, and the backup as far as asked.
   *
   * @return the backup's result, with the times at which it was made; one that is not known to be
   *     whole has failed
   * @throws TaskFailedException if there is none, or storage fails
   */
  public Result run() throws TaskFailedException {
    context.reporter().verifying();
    try (var work = WorkDirectory.create(context.environment().temporary())) {
      context.store().check();
      var manifest = StoredBackup.read(context, task.path()).manifest();
      var verified = new Verifier(context, task.path(), level()).verify(work);
      var source = manifest.backup();
      var imported =
          ResultBuilder.builder(
                  Results.complete(
                      manifest,
                      "imported Backup %s of namespace %s"
                          .formatted(source.name(), source.namespace())))
              .startedAt(manifest.startedAt())
              .completedAt(manifest.completedAt())
              .verification(verified);
      return switch (verified.result()) {
        case PASSED -> imported.build();
        case DAMAGED -> failed(imported, Reason.VERIFICATION_FAILED, verified);
        // Nobody has seen it whole: neither now nor, as far as we know, when it was made.
        case INCONCLUSIVE -> failed(imported, Reason.VERIFICATION_INCONCLUSIVE, verified);
      };
    } catch (StorageException e) {
      throw TaskFailedException.of(e);
    } catch (IOException e) {
      throw new TaskFailedException(Reason.INTERNAL, "the runner failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Cancellation.failure();
    }
  }

  private static Result failed(ResultBuilder imported, Reason reason, Result.Verified verified) {
    return imported.succeeded(false).reason(reason).message(verified.message()).build();
  }

  private VerificationLevel level() {
    return Verification.levelOf(task.verification());
  }
}
