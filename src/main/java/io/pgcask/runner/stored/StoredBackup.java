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
import io.pgcask.runner.report.Json;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * A complete backup: a manifest, and the files that it names. Of a dump without one, what stands in
 * its place; see {@link BareDump}.
 */
public final class StoredBackup implements StoredInput.Opener {
  /** Of {@code globals.sql}, which ten thousand roles fill with a few megabytes. */
  private static final int MAX_GLOBALS = 16 << 20;

  private final ObjectStore store;
  private final Json json;
  private final String path;
  private final Manifest manifest;
  private final Wrapping wrapping;

  /**
   * Of what a manifest describes.
   *
   * @param path of the directory that its objects lie in
   */
  StoredBackup(ObjectStore store, Json json, String path, Manifest manifest, Wrapping wrapping) {
    this.store = store;
    this.json = json;
    this.path = path;
    this.manifest = manifest;
    this.wrapping = wrapping;
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
      var wrapping = new OwnWrapping(manifest, context.identities());
      return new StoredBackup(store, context.json(), path, manifest, wrapping);
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
      var file = manifest.files().getFirst();
      try (var input = input(file)) {
        plain(file, input).close();
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

  /**
   * Its {@code globals.sql}, whole and compared with its hash; empty if it holds none.
   *
   * @throws IOException if it has more than {@link #MAX_GLOBALS} bytes
   */
  public Optional<String> globals() throws IOException {
    var file =
        manifest.files().stream()
            .filter(candidate -> candidate.role() == Manifest.Role.GLOBALS)
            .findFirst();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (var input = input(file.get());
        var plain = plain(file.get(), input)) {
      var bytes = plain.readNBytes(MAX_GLOBALS + 1);
      if (bytes.length > MAX_GLOBALS) {
        throw new IOException("it has more than %d bytes".formatted(MAX_GLOBALS));
      }
      input.drain();
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }
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
        var plain = plain(file.get(), input)) {
      return Optional.of(json.read(plain.readNBytes(ObjectStore.MAX_READ_BYTES), type));
    }
  }

  /**
   * What pg_dump wrote: a file without what lies around it. Closing it leaves the input open.
   *
   * @throws StorageException if there is no identity for it, or it is damaged
   */
  InputStream plain(Manifest.StoredFile file, StoredInput input) throws IOException {
    return wrapping.plain(file, input);
  }

  /** The same of a data file of a directory, without the compression that its name tells. */
  InputStream content(Manifest.StoredFile file, StoredInput input) throws IOException {
    return wrapping.content(file, input);
  }

  /**
   * Reads a file of a directory for nothing else than to learn that it is whole.
   *
   * @throws StorageException if it is not, or cannot be read
   */
  public void readWhole(Manifest.StoredFile file) throws IOException {
    try (var input = input(file)) {
      wrapping.readWhole(file, input);
    }
  }

  /** Whether it is one of ours, with the hash of every byte; else a dump from elsewhere. */
  public boolean hasManifest() {
    return wrapping instanceof OwnWrapping;
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
    return reader(tools, targetMajor, false);
  }

  /**
   * The same.
   *
   * @param staged whether it will be read from disk, as {@link #stage} brings it there
   */
  public Client reader(ClientTools tools, int targetMajor, boolean staged)
      throws PostgresException {
    return manifest.format() == DumpFormat.DIRECTORY && !staged
        ? tools.newest()
        : tools.choose(Math.max(manifest.toolMajor(), targetMajor));
  }

  /**
   * The dump of a database.
   *
   * @param client see {@link #reader}
   * @param home for what has to lie on disk: a table of contents, pipes
   */
  public StreamedDump dump(String database, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    var files = manifest.dumpOf(database);
    return manifest.format() == DumpFormat.DIRECTORY
        ? DumpDirectory.prepare(this, files, client, home, dumpId -> true)
        : stream(files.getFirst());
  }

  /**
   * The same, of which only some entries are restored.
   *
   * @param dumpIds their numbers
   */
  public StreamedDump dump(String database, Client client, Path home, Set<Integer> dumpIds)
      throws TaskFailedException, IOException, InterruptedException {
    return manifest.format() == DumpFormat.DIRECTORY
        ? DumpDirectory.prepare(this, manifest.dumpOf(database), client, home, dumpIds::contains)
        : dump(database, client, home);
  }

  /**
   * A place for an archive on disk, for {@link StagedDump#fetch}.
   *
   * @param disk a directory
   * @param wanted which entries, by their numbers, are restored of it
   * @param check sees an archive in one file while it is read, decrypted
   */
  public StagedDump stage(
      String database, Path disk, IntPredicate wanted, UnaryOperator<InputStream> check)
      throws IOException {
    var files = StagedDump.needed(manifest.dumpOf(database), wanted);
    return StagedDump.prepare(this, files, disk, check);
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
        var plain = plain(file.get(), input)) {
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
      case StagedDump staged -> ArchiveList.ofFile(staged, manifest.format(), client, home);
      case DumpStream stream ->
          ArchiveList.ofStream(
              stream(manifest.dumpOf(database).getFirst()), manifest.format(), client, home);
    };
  }

  private DumpStream stream(Manifest.StoredFile file) throws IOException {
    var input = input(file);
    try {
      return new DumpStream(input, plain(file, input));
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

  @Override
  public StoredInput.Witness witness() {
    return wrapping.witness();
  }

  private String key(Manifest.StoredObject object) {
    return key(path, object);
  }

  /** The key of an object in a directory, which may be the storage's own: empty. */
  static String key(String directory, Manifest.StoredObject object) {
    return directory.isEmpty() ? object.path() : directory + "/" + object.path();
  }
}
