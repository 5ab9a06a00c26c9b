package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.CreateDatabase;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestDatabaseBuilder;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ProviderNames;
import io.pgcask.postgres.SafeText;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.DatabaseRoles;
import io.pgcask.runner.database.DatabaseSql;
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
 * @param encoding in which the texts of the dump are; empty: that of the original
 */
record RestoreSource(
    StoredBackup backup,
    Manifest.DumpedDatabase database,
    Manifest.Database properties,
    Optional<String> encoding) {
  private static final String CHECK = "backup";

  /** In bytes, of the list of databases in a message. */
  private static final int MAX_NAMES = 300;

  /**
   * Reads the manifest and compares it with what lies beside it; or looks at a dump without one,
   * where the task allows it.
   *
   * @throws TaskFailedException if that is not what was written
   */
  static Opened open(RunContext context, Task.Restore task, RestorePlan plan)
      throws TaskFailedException, IOException {
    StoredBackup backup;
    Optional<BareSource> bare;
    try {
      context.store().check();
      bare =
          task.bare() == null
              ? Optional.empty()
              : BareSource.find(context, task.path(), task.bare(), task.mode(), plan);
      backup = bare.isPresent() ? bare.get().backup() : StoredBackup.read(context, task.path());
    } catch (StorageException e) {
      plan.failed(CHECK, e.reason(), e.getMessage());
      throw TaskFailedException.of(e);
    } catch (TaskFailedException e) {
      plan.failed(CHECK, e.reason(), e.getMessage());
      throw e;
    }
    if (bare.isEmpty()) {
      backup.compareSizes(damage -> plan.failed(CHECK, damage.reason(), damage.getMessage()));
    }
    plan.mustHavePassed();
    return new Opened(backup, bare.flatMap(BareSource::encoding));
  }

  /**
   * What lies in storage.
   *
   * @param encoding of a dump without a manifest, if it tells it
   */
  record Opened(StoredBackup backup, Optional<String> encoding) {}

  /**
   * The database that a Restore names only by its target: the only one of the backup, else the one
   * that is called like the target.
   */
  static RestoreSource ofTarget(Opened opened, String target, RestorePlan plan)
      throws TaskFailedException {
    var backup = opened.backup();
    var databases = backup.manifest().databases();
    return databases.size() == 1
        ? of(opened, Optional.of(databases.getFirst()), "", plan)
        : of(
            opened,
            find(backup, target),
            "the backup holds %d databases and none is called %s: name one of %s as the Restore's database, or in databases"
                .formatted(databases.size(), target, names(backup)),
            plan);
  }

  /** The database of a name. */
  static RestoreSource named(Opened opened, String name, RestorePlan plan)
      throws TaskFailedException {
    var backup = opened.backup();
    return of(
        opened,
        find(backup, name),
        "the backup holds no database %s: name one of %s as source".formatted(name, names(backup)),
        plan);
  }

  private static Optional<Manifest.DumpedDatabase> find(StoredBackup backup, String name) {
    return backup.manifest().databases().stream()
        .filter(database -> database.name().equals(name))
        .findFirst();
  }

  private static String names(StoredBackup backup) {
    return SafeText.shorten(String.join(", ", backup.manifest().databaseNames()), MAX_NAMES);
  }

  private static RestoreSource of(
      Opened opened, Optional<Manifest.DumpedDatabase> found, String otherwise, RestorePlan plan)
      throws TaskFailedException {
    if (found.isEmpty()) {
      plan.failed(CHECK, Reason.INVALID_OPTIONS, otherwise);
    }
    plan.mustHavePassed();
    var database = found.orElseThrow();
    var backup = opened.backup();
    var source =
        new RestoreSource(backup, database, properties(backup, database, plan), opened.encoding());
    var manifest = backup.manifest();
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

  /** The same, with roles mapped, and without the properties that options leave out. */
  RestoreSource chosen(RestoreChoice choice) {
    var options = choice.options();
    var mapped =
        DatabaseRoles.mapped(properties, role -> choice.roleMap().getOrDefault(role, role));
    return new RestoreSource(
        backup,
        database,
        ManifestDatabaseBuilder.builder(mapped)
            .owner(Boolean.TRUE.equals(options.noOwner()) ? null : mapped.owner())
            .acl(Boolean.TRUE.equals(options.noPrivileges()) ? null : mapped.acl())
            .comment(Boolean.TRUE.equals(options.noComments()) ? null : properties.comment())
            .build(),
        encoding);
  }

  /** The same, with properties of the database that were asked for. */
  RestoreSource created(Optional<CreateDatabase> asked) {
    return asked
        .map(
            wanted ->
                new RestoreSource(
                    backup, database, DatabaseSql.changed(properties, wanted), encoding))
        .orElse(this);
  }

  /** The same, without what the properties of the database say of roles that a provider keeps. */
  RestoreSource on(Provider provider) {
    return provider == Provider.GENERIC
        ? this
        : new RestoreSource(
            backup,
            database,
            DatabaseRoles.without(properties, role -> ProviderNames.isRole(role, provider)),
            encoding);
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
