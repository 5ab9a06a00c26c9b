package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.storage.ObjectExistsException;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;

/**
 * One storage that a backup goes to. What is written there becomes a backup by the manifest, which
 * comes last and only if there is none yet; or all of it is removed.
 */
final class Destination {
  private final RunContext context;
  private final ObjectStore store;
  private final Storage storage;
  private final Task.Backup task;
  private final BackupFiles files;
  private final Instant startedAt;

  /**
   * The storage of a context.
   *
   * @param storage the same as the task names it
   */
  Destination(
      RunContext context, Task.Backup task, Storage storage, BackupFiles files, Instant startedAt) {
    this.context = context;
    this.store = context.store();
    this.storage = storage;
    this.task = task;
    this.files = files;
    this.startedAt = startedAt;
  }

  /** The backup's directory, for people. */
  String place() {
    return store.place(task.path());
  }

  /**
   * Sees whether storage answers and there is no such backup yet, and removes what earlier attempts
   * have left.
   *
   * @throws TaskFailedException AlreadyRan if there is one
   */
  void prepare() throws TaskFailedException, StorageException {
    store.check();
    // before anything is written; the end checks it once more, atomically
    if (store.size(files.manifest()).isPresent()) {
      throw new TaskFailedException(
          Reason.ALREADY_RAN,
          "a complete backup lies already at " + place() + "; nothing was written");
    }
    sweep();
    context.cancellation().check();
  }

  /**
   * Removes what earlier attempts of this backup began and could not remove: their pods are gone
   * when this one starts. A storage that lists no uploads is no reason for not making a backup.
   */
  private void sweep() throws StorageException {
    try {
      for (var old : store.abortUnfinished(task.path(), startedAt)) {
        context.reporter().log("removed what an earlier attempt left unfinished: " + old.key());
      }
    } catch (StorageException e) {
      if (e.reason() != Reason.STORAGE_DENIED) {
        throw e;
      }
      context.reporter().log("unfinished uploads cannot be looked for: " + e.getMessage());
    }
  }

  /** The manifest makes it a backup. A cancellation that comes later comes too late. */
  void publish(Manifest manifest) throws TaskFailedException, StorageException {
    context.cancellation().check();
    store.put(files.guide(), guide(manifest).bytes());
    var bytes = context.json().pretty(manifest);
    try {
      store.putIfAbsent(files.manifest(), bytes);
    } catch (ObjectExistsException e) {
      throw lost();
    } catch (StorageException e) {
      if (!isStored(bytes)) {
        throw e;
      }
    }
  }

  private RestoreGuide guide(Manifest manifest) {
    return new RestoreGuide(manifest, place(), storage);
  }

  /** After an answer that was lost, storage says what happened. */
  private boolean isStored(byte[] manifest) {
    try {
      return Arrays.equals(store.read(files.manifest()), manifest);
    } catch (StorageException e) {
      return false;
    }
  }

  /** Somebody else's attempt has become the backup: its instructions are put back. */
  private TaskFailedException lost() throws StorageException {
    try {
      var winner = context.json().read(store.read(files.manifest()), Manifest.class);
      store.put(files.guide(), guide(winner).bytes());
      return new TaskFailedException(
          Reason.ALREADY_RAN,
          "attempt %d of this backup was completed meanwhile, by another runner"
              .formatted(winner.attempt()));
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      return new TaskFailedException(
          Reason.MANIFEST_INVALID,
          store.place(files.manifest()) + " exists already and cannot be read");
    }
  }

  /** Removes what this attempt wrote; true if nothing is left. */
  boolean remove() {
    // the flag would make every request fail at once
    boolean interrupted = Thread.interrupted();
    try {
      store.deleteAll(files.directory());
      if (store.size(files.manifest()).isEmpty()) {
        store.delete(files.guide());
        store.deleteAll(task.path());
      }
      return true;
    } catch (StorageException e) {
      context.reporter().log("cannot remove what was written: " + e.getMessage());
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
