package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestDatabaseBuilder;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.postgres.SafeText;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.util.Optional;

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

  /** In bytes, of the list of databases in a message. */
  private static final int MAX_NAMES = 300;

  /**
   * Reads the manifest and compares it with what lies beside it.
   *
   * @param target the database to restore into; of a backup of several, the one of that name is
   *     taken
   */
  static RestoreSource plan(RunContext context, String path, String target, RestorePlan plan)
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
    var chosen = choose(manifest, target);
    if (chosen.isEmpty()) {
      plan.failed(
          CHECK,
          Reason.INVALID_OPTIONS,
          "the backup holds %d databases and none is called %s: name one of %s as the Restore's database"
              .formatted(
                  manifest.databases().size(),
                  target,
                  SafeText.shorten(String.join(", ", manifest.databaseNames()), MAX_NAMES)));
    }
    plan.mustHavePassed();
    var database = chosen.orElseThrow();
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

  private static Optional<Manifest.DumpedDatabase> choose(Manifest manifest, String target) {
    return manifest.databases().size() == 1
        ? Optional.of(manifest.databases().getFirst())
        : manifest.databases().stream()
            .filter(database -> database.name().equals(target))
            .findFirst();
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

  /** The same, without the properties of the database that options leave out. */
  RestoreSource chosen(RestoreChoice choice) {
    var options = choice.options();
    return new RestoreSource(
        backup,
        database,
        ManifestDatabaseBuilder.builder(properties)
            .owner(Boolean.TRUE.equals(options.noOwner()) ? null : properties.owner())
            .acl(Boolean.TRUE.equals(options.noPrivileges()) ? null : properties.acl())
            .comment(Boolean.TRUE.equals(options.noComments()) ? null : properties.comment())
            .build());
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
