package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.storage.StorageException;
import java.io.IOException;

/**
 * What a Restore reads: the dump of one database of a backup.
 *
 * @param backup where it lies
 * @param database what was dumped
 * @param properties of the original database
 */
record RestoreSource(
    StoredBackup backup, Manifest.DumpedDatabase database, Manifest.Database properties) {
  private static final String CHECK = "backup";

  /** Reads the manifest and compares it with what lies beside it. */
  static RestoreSource plan(RunContext context, String path, RestorePlan plan)
      throws TaskFailedException {
    StoredBackup backup;
    try {
      context.store().check();
      backup = StoredBackup.read(context, path);
    } catch (StorageException e) {
      plan.failed(CHECK, e.reason(), e.getMessage());
      throw TaskFailedException.of(e);
    } catch (TaskFailedException e) {
      plan.failed(CHECK, e.reason(), e.getMessage());
      throw e;
    }
    backup.compareSizes(damage -> plan.failed(CHECK, damage.reason(), damage.getMessage()));
    var manifest = backup.manifest();
    if (manifest.databases().size() != 1) {
      plan.failed(
          CHECK, Reason.INVALID_OPTIONS, "the backup holds several databases; restore one of them");
    }
    plan.mustHavePassed();
    var database = manifest.databases().getFirst();
    var source = new RestoreSource(backup, database, properties(backup, database, plan));
    plan.passed(
        CHECK,
        "database %s of PostgreSQL %s, dumped by pg_dump %s, %d bytes"
            .formatted(
                database.name(),
                manifest.serverVersion(),
                manifest.toolVersion(),
                source.storedBytes()));
    return source;
  }

  /** The first thing that is decrypted, so that a wrong identity shows before the first write. */
  private static Manifest.Database properties(
      StoredBackup backup, Manifest.DumpedDatabase database, RestorePlan plan)
      throws TaskFailedException {
    try {
      backup.checkIdentity();
      return backup.properties(database);
    } catch (StorageException e) {
      plan.failed(CHECK, e.reason(), e.getMessage());
    } catch (IOException e) {
      plan.failed(CHECK, Reason.MANIFEST_INVALID, "the properties of the database cannot be read");
    }
    plan.mustHavePassed();
    throw new IllegalStateException("a failed plan has passed");
  }

  Manifest manifest() {
    return backup.manifest();
  }

  /** Bytes of the dump in storage. */
  long storedBytes() {
    return manifest().dumpOf(database.name()).stream()
        .mapToLong(Manifest.StoredFile::storedBytes)
        .sum();
  }
}
