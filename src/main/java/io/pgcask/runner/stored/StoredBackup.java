package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.SnapshotContent;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.PostgresException;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.age.AgeDecryption;
import io.pgcask.runner.age.Identities;
import io.pgcask.runner.report.Json;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A complete backup: a manifest, and the files that it names. */
public final class StoredBackup implements StoredInput.Opener {
  private final ObjectStore store;
  private final Json json;
  private final Optional<Identities> identities;
  private final String path;
  private final Manifest manifest;

  private StoredBackup(
      ObjectStore store,
      Json json,
      Optional<Identities> identities,
      String path,
      Manifest manifest) {
    this.store = store;
    this.json = json;
    this.identities = identities;
    this.path = path;
    this.manifest = manifest;
  }

  /** Whether there is a manifest at a path: without one there is no backup. */
  public static boolean exists(ObjectStore store, String path) throws StorageException {
    return store.size(path + "/" + Manifest.NAME).isPresent();
  }

  /**
   * Reads the manifest of a backup.
   *
   * @param path of the backup's directory
   * @throws TaskFailedException StorageNotFound if there is none; ManifestInvalid if it is none of
   *     ours, lacks what is needed, or is newer than this program
   */
  public static StoredBackup read(RunContext context, String path) throws TaskFailedException {
    var store = context.store();
    var key = path + "/" + Manifest.NAME;
    try {
      if (!exists(store, path)) {
        throw new TaskFailedException(
            Reason.STORAGE_NOT_FOUND,
            store.place(key) + " does not exist: there is no complete backup there");
      }
      var manifest = context.json().read(store.read(key), Manifest.class);
      check(manifest, store.place(key));
      return new StoredBackup(store, context.json(), context.identities(), path, manifest);
    } catch (StorageException e) {
      throw TaskFailedException.of(e);
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.MANIFEST_INVALID, store.place(key) + " is not a manifest of pgcask");
    }
  }

  private static void check(Manifest manifest, String place) throws TaskFailedException {
    if (manifest.schemaVersion() > Manifest.SCHEMA_VERSION) {
      throw new TaskFailedException(
          Reason.MANIFEST_INVALID,
          "%s has schema version %d, this pgcask reads %d; update pgcask"
              .formatted(place, manifest.schemaVersion(), Manifest.SCHEMA_VERSION));
    }
    boolean complete =
        manifest.schemaVersion() > 0
            && manifest.format() != null
            && manifest.compression() != null
            && isComplete(manifest.databases())
            && isComplete(manifest.files())
            && manifest.databases().stream()
                .allMatch(
                    database ->
                        database.properties() != null
                            && database.name() != null
                            && !manifest.dumpOf(database.name()).isEmpty())
            && manifest.files().stream().allMatch(StoredBackup::isComplete);
    if (!complete) {
      throw new TaskFailedException(
          Reason.MANIFEST_INVALID, place + " lacks fields that every manifest has");
    }
  }

  private static boolean isComplete(List<?> list) {
    return list != null && !list.isEmpty() && !list.contains(null);
  }

  private static boolean isComplete(Manifest.StoredFile file) {
    return file.role() != null
        && file.name() != null
        && isComplete(file.objects())
        && file.objects().stream()
            .allMatch(object -> object.path() != null && object.sha256() != null);
  }

  /** What it consists of. */
  public Manifest manifest() {
    return manifest;
  }

  /**
   * Compares the sizes of all objects with the manifest's, which finds most damage at once.
   *
   * @param damage is told each difference
   */
  public void compareSizes(Consumer<TaskFailedException> damage) {
    for (var object : manifest.allObjects()) {
      try {
        var size = store.size(key(object));
        if (size.isEmpty()) {
          damage.accept(
              new TaskFailedException(Reason.STORAGE_NOT_FOUND, place(object) + " does not exist"));
        } else if (size.getAsLong() != object.sizeBytes()) {
          damage.accept(
              new TaskFailedException(
                  Reason.CHECKSUM_MISMATCH,
                  "%s has %d bytes, the manifest says %d"
                      .formatted(place(object), size.getAsLong(), object.sizeBytes())));
        }
      } catch (StorageException e) {
        damage.accept(TaskFailedException.of(e));
      } catch (IllegalArgumentException e) {
        damage.accept(
            new TaskFailedException(
                Reason.MANIFEST_INVALID, "the manifest names an object outside the backup"));
      }
    }
  }

  /**
   * Looks whether its files can be decrypted, if they are encrypted, before much is done.
   *
   * @throws StorageException NoMatchingIdentity if not
   */
  public void checkIdentity() throws IOException {
    if (manifest.encryption() != null) {
      try (var input = input(manifest.files().getFirst())) {
        plain(input).close();
      }
    }
  }

  /** The properties of a database, decrypted if need be. */
  public Manifest.Database properties(Manifest.DumpedDatabase database) throws IOException {
    return read(database, Manifest.Role.PROPERTIES, Manifest.Database.class)
        .orElse(database.properties());
  }

  /** What the snapshot of a database held, if it was counted. */
  public Optional<SnapshotContent> content(Manifest.DumpedDatabase database) throws IOException {
    return read(database, Manifest.Role.CONTENT, SnapshotContent.class);
  }

  private <T> Optional<T> read(Manifest.DumpedDatabase database, Manifest.Role role, Class<T> type)
      throws IOException {
    var file =
        manifest.files().stream()
            .filter(candidate -> candidate.role() == role)
            .filter(candidate -> database.name().equals(candidate.database()))
            .findFirst();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (var input = input(file.get());
        var plain = plain(input)) {
      return Optional.of(json.read(plain.readNBytes(ObjectStore.MAX_READ_BYTES), type));
    }
  }

  /**
   * What a file was before it was encrypted. Closing it leaves the input open.
   *
   * @throws StorageException if there is no identity for it, or it is damaged
   */
  InputStream plain(StoredInput input) throws IOException {
    if (manifest.encryption() == null) {
      return input.shielded();
    }
    if (identities.isEmpty()) {
      throw new StorageException(
          Reason.NO_MATCHING_IDENTITY,
          "the backup is encrypted for %s; name a Secret with the identity of one of them"
              .formatted(String.join(", ", manifest.encryption().recipients())));
    }
    return AgeDecryption.of(input.shielded(), identities.get());
  }

  /** A file of it, checked while it is read. */
  public StoredInput input(Manifest.StoredFile file) throws StorageException {
    return new StoredInput(file.objects(), this);
  }

  /**
   * Whose pg_restore reads the dumps: not older than the one that wrote them and than the target.
   * Directories are read through pipes, which pg_restore 17.12 refuses ("is not a regular file")
   * and 15.18 and 18.6 take.
   *
   * @param targetMajor of the server that is restored into; 0: none
   */
  public Client reader(ClientTools tools, int targetMajor) throws PostgresException {
    return manifest.format() == DumpFormat.DIRECTORY
        ? tools.newest()
        : tools.choose(Math.max(manifest.toolMajor(), targetMajor));
  }

  /**
   * The dump of a database.
   *
   * @param client see {@link #reader}
   * @param home for what has to lie on disk: a table of contents, pipes
   */
  public StoredDump dump(String database, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    var files = manifest.dumpOf(database);
    return manifest.format() == DumpFormat.DIRECTORY
        ? DumpDirectory.prepare(this, files, client, home, dumpId -> true)
        : stream(input(files.getFirst()));
  }

  /**
   * The same, of which only some entries are restored.
   *
   * @param dumpIds their numbers
   */
  public StoredDump dump(String database, Client client, Path home, Set<Integer> dumpIds)
      throws TaskFailedException, IOException, InterruptedException {
    return manifest.format() == DumpFormat.DIRECTORY
        ? DumpDirectory.prepare(this, manifest.dumpOf(database), client, home, dumpIds::contains)
        : dump(database, client, home);
  }

  /**
   * What is in an archive.
   *
   * @throws StorageException if it cannot be read from storage, or is not what was written
   */
  public ArchiveContents contents(String database) throws TaskFailedException, IOException {
    boolean directory = manifest.format() == DumpFormat.DIRECTORY;
    var file =
        manifest.dumpOf(database).stream()
            .filter(candidate -> !directory || candidate.name().equals("toc.dat"))
            .findFirst();
    if (file.isEmpty()) {
      throw new TaskFailedException(
          Reason.MANIFEST_INVALID,
          "the manifest names no toc.dat, without which nothing can be read");
    }
    try (var input = input(file.get());
        var plain = plain(input)) {
      var contents = ArchiveContents.read(input, plain);
      if (directory) {
        input.drain();
      }
      return contents;
    }
  }

  /** The table of contents of an archive, as a file. */
  public Path list(String database, StoredDump dump, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    return switch (dump) {
      case DumpDirectory directory -> ArchiveList.ofDirectory(directory.directory(), client, home);
      case DumpStream stream ->
          ArchiveList.ofStream(
              stream(input(manifest.dumpOf(database).getFirst())), manifest.format(), client, home);
    };
  }

  private DumpStream stream(StoredInput input) throws IOException {
    try {
      return new DumpStream(input, plain(input));
    } catch (IOException e) {
      try (input) {
        throw e;
      }
    }
  }

  @Override
  public InputStream open(Manifest.StoredObject object) throws StorageException {
    return store.open(key(object));
  }

  @Override
  public String place(Manifest.StoredObject object) {
    return store.place(key(object));
  }

  private String key(Manifest.StoredObject object) {
    return path + "/" + object.path();
  }
}
