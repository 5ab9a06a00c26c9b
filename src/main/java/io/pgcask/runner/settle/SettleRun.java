package io.pgcask.runner.settle;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.runner.verify.Verifier;
import io.pgcask.storage.StorageException;

/** Settles what a run has left in storage, or removes it. */
public final class SettleRun {
  private final RunContext context;
  private final String path;

  /** For the directory of one backup. */
  public SettleRun(RunContext context, String path) {
    this.context = context;
    this.path = path;
  }

  /**
   * With a manifest: reads all objects again, and reports the backup's result if they are what the
   * manifest says. Without one: removes everything.
   *
   * @throws TaskFailedException if storage fails; then nothing is decided and it can be tried again
   */
  public Result settle() throws TaskFailedException {
    try {
      context.store().check();
      if (!StoredBackup.exists(context.store(), path)) {
        context.store().deleteAll(path);
        return withoutBackup(
            Reason.RESULT_LOST,
            "no manifest at %s: the backup had not finished; what was there has been removed"
                .formatted(context.store().place(path)));
      }
      var backup = StoredBackup.read(context, path);
      var verified = new Verifier(context, path, VerificationLevel.HASH).hash(backup);
      return completed(backup.manifest(), verified);
    } catch (StorageException e) {
      throw TaskFailedException.of(e);
    }
  }

  /**
   * Removes the backup: first the manifest, so that half a removal is no backup.
   *
   * @throws TaskFailedException if something may be left
   */
  public Result delete() throws TaskFailedException {
    try {
      context.store().delete(path + "/" + Manifest.NAME);
      context.store().deleteAll(path);
    } catch (StorageException e) {
      throw TaskFailedException.of(e);
    }
    return ResultBuilder.builder(Results.succeeded("removed " + context.store().place(path)))
        .clean(true)
        .build();
  }

  private static Result completed(Manifest manifest, Result.Verified verified) {
    return ResultBuilder.builder(Results.succeeded("the manifest and all objects are complete"))
        .sizeBytes(manifest.storedBytes())
        .databaseSizeBytes(manifest.databaseSizeBytes())
        .sha256(manifest.sha256())
        .serverVersion(manifest.serverVersion())
        .toolVersion(manifest.toolVersion())
        .warningCount(manifest.warnings() == null ? 0 : manifest.warnings().size())
        .verification(verified)
        .build();
  }

  private static Result withoutBackup(Reason reason, String message) {
    return ResultBuilder.builder(Results.failed(reason, message)).clean(true).build();
  }
}
