package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestBuilder;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.copy.CopyOutcome;
import io.pgcask.runner.copy.CopyVerdict;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.runner.verify.Verifier;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The copies of a backup that is complete. Each is read from the backup's storage, compared with
 * the manifest's hashes on the way, and becomes a backup of its own by a manifest of its own; or
 * nothing is left of it. One that fails stops none of the others, and never touches the backup.
 */
final class BackupCopies {
  private static final int BUFFER = 256 << 10;

  private final RunContext context;
  private final Task.Backup task;
  private final BackupFiles files;
  private final Instant startedAt;

  BackupCopies(RunContext context, Task.Backup task, BackupFiles files, Instant startedAt) {
    this.context = context;
    this.task = task;
    this.files = files;
    this.startedAt = startedAt;
  }

  /**
   * Makes all of them, reads them again, and tells what the whole comes to. Of a damaged backup no
   * copies are made.
   *
   * @param backup the result of the backup itself, which has its manifest
   * @param level how the copies are verified
   */
  Result complete(Result backup, VerificationLevel level, WorkDirectory work)
      throws InterruptedException {
    if (!backup.succeeded()) {
      return backup;
    }
    var outcomes = new ArrayList<CopyOutcome>();
    for (int i = 0; i < context.copies().size(); i++) {
      outcomes.add(copy(context.in(context.copies().get(i)), task.copies().get(i), level, work));
    }
    return CopyVerdict.of(backup, context.store().place(task.path()), outcomes);
  }

  private CopyOutcome copy(
      RunContext target, Storage storage, VerificationLevel level, WorkDirectory work)
      throws InterruptedException {
    var destination = new Destination(target, task, storage, files, startedAt);
    context.reporter().log("copies the backup to " + destination.place());
    StoredBackup source;
    try {
      context.cancellation().check();
      source = StoredBackup.read(context, task.path());
      destination.prepare();
      target.store().checkSpace(source.manifest().storedBytes());
    } catch (TaskFailedException e) {
      return failed(destination, e, true);
    } catch (StorageException e) {
      return failed(destination, TaskFailedException.of(e), true);
    }
    long sizeBytes;
    try {
      sizeBytes = write(source, target.store(), destination);
    } catch (TaskFailedException e) {
      return failed(destination, e, destination.remove());
    } catch (StorageException e) {
      return failed(destination, TaskFailedException.of(e), destination.remove());
    } catch (IOException e) {
      var failure = new TaskFailedException(Reason.INTERNAL, String.valueOf(e.getMessage()));
      return failed(destination, failure, destination.remove());
    }
    var verified = new Verifier(target, task.path(), level).verify(work);
    return new CopyOutcome.Complete(destination.place(), sizeBytes, verified);
  }

  private CopyOutcome failed(Destination destination, TaskFailedException failure, boolean clean) {
    var shown = context.cancellation().cancelled() ? Cancellation.failure() : failure;
    return new CopyOutcome.Failed(destination.place(), shown, clean);
  }

  private long write(StoredBackup source, ObjectStore target, Destination destination)
      throws TaskFailedException, IOException {
    var copied = new ArrayList<Manifest.StoredFile>();
    for (var file : source.manifest().files()) {
      copied.add(copy(source, file, target));
    }
    var manifest = ManifestBuilder.builder(source.manifest()).files(copied).build();
    destination.publish(manifest);
    return manifest.storedBytes();
  }

  /** Storages may bound the size of objects differently, so the copy has objects of its own. */
  private Manifest.StoredFile copy(
      StoredBackup source, Manifest.StoredFile file, ObjectStore target)
      throws TaskFailedException, IOException {
    var key = files.key(file.objects().getFirst().path());
    try (var in = source.input(file);
        var upload = target.begin(key, file.storedBytes());
        var cancel = context.cancellation().onCancel(upload::cancel)) {
      var buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        upload.write(buffer, 0, count);
      }
      context.cancellation().check();
      var objects = upload.complete().stream().map(files::stored).toList();
      files.confirm(target, objects);
      return new Manifest.StoredFile(
          file.role(), file.database(), file.name(), List.copyOf(objects));
    }
  }
}
