package io.pgcask.runner.settle;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.copy.CopyOutcome;
import io.pgcask.runner.copy.CopyVerdict;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.runner.verify.Verifier;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import java.util.ArrayList;
import java.util.stream.Collectors;

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
   * manifest says, and if the same holds for each copy. A copy that was not finished is removed;
   * the backup is kept then. Without a manifest: removes everything.
   *
   * @throws TaskFailedException if storage fails; then nothing is decided and it can be tried again
   */
  public Result settle() throws TaskFailedException {
    try {
      context.store().check();
      if (!StoredBackup.exists(context.store(), path)) {
        return removeUnfinished();
      }
      var backup = StoredBackup.read(context, path);
      var verified = new Verifier(context, path, VerificationLevel.HASH).hash(backup);
      var copies = context.copies().stream().map(this::settleCopy).toList();
      return CopyVerdict.of(
          completed(backup.manifest(), verified), context.store().place(path), copies);
    } catch (StorageException e) {
      throw TaskFailedException.of(e);
    }
  }

  private CopyOutcome settleCopy(ObjectStore store) {
    var place = store.place(path);
    try {
      if (!StoredBackup.exists(store, path)) {
        store.deleteAll(path);
        return new CopyOutcome.Failed(
            place,
            new TaskFailedException(
                Reason.RESULT_LOST, "it had not been finished; what was there has been removed"),
            true);
      }
    } catch (StorageException e) {
      return new CopyOutcome.Failed(place, TaskFailedException.of(e), false);
    }
    try {
      var there = context.in(store);
      var copy = StoredBackup.read(there, path);
      var verified = new Verifier(there, path, VerificationLevel.HASH).hash(copy);
      return new CopyOutcome.Complete(place, copy.manifest().storedBytes(), verified);
    } catch (TaskFailedException e) {
      return new CopyOutcome.Failed(place, e, true);
    } catch (StorageException e) {
      return new CopyOutcome.Failed(place, TaskFailedException.of(e), true);
    }
  }

  /** A copy that is complete is kept even without the backup: it may be the last there is. */
  private Result removeUnfinished() throws TaskFailedException, StorageException {
    context.store().deleteAll(path);
    for (var copy : context.copies()) {
      if (StoredBackup.exists(copy, path)) {
        throw new TaskFailedException(
            Reason.RESULT_LOST,
            "no manifest at %s, but a complete copy at %s, which was kept"
                .formatted(context.store().place(path), copy.place(path)));
      }
      copy.deleteAll(path);
    }
    return withoutBackup(
        Reason.RESULT_LOST,
        "no manifest at %s: the backup had not finished; what was there has been removed"
            .formatted(context.store().place(path)));
  }

  /**
   * Removes the backup and its copies: first the manifest, so that half a removal is no backup.
   *
   * @throws TaskFailedException if something may be left; the other storages have been seen to
   */
  public Result delete() throws TaskFailedException {
    var stores = context.stores();
    var failures = new ArrayList<TaskFailedException>();
    for (var store : stores) {
      try {
        store.delete(path + "/" + Manifest.NAME);
        store.deleteAll(path);
      } catch (StorageException e) {
        failures.add(TaskFailedException.of(e));
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    var places = stores.stream().map(store -> store.place(path)).collect(Collectors.joining(", "));
    return ResultBuilder.builder(Results.succeeded("removed " + places)).clean(true).build();
  }

  private static Result completed(Manifest manifest, Result.Verified verified) {
    return ResultBuilder.builder(
            Results.complete(manifest, "the manifest and all objects are complete"))
        .verification(verified)
        .build();
  }

  private static Result withoutBackup(Reason reason, String message) {
    return ResultBuilder.builder(Results.failed(reason, message)).clean(true).build();
  }
}
