package io.pgcask.runner;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.runner.report.Json;
import io.pgcask.runner.report.Redactor;
import io.pgcask.runner.report.Reporter;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.ObjectStores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A backup on a volume, and two more volumes for its copies, all of them folders. */
public final class SampleStores {
  public static final String PATH = "ns/connection/backup-0a1b2c3d";
  public static final byte[] DUMP = "the dump".repeat(100_000).getBytes(StandardCharsets.UTF_8);
  public static final byte[] LOG = "the log".getBytes(StandardCharsets.UTF_8);

  private final Path directory;
  private final Json json = new Json();
  private final Cancellation cancellation = new Cancellation();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<ObjectStore> stores = new ArrayList<>();

  /** Below a directory, empty yet. */
  public SampleStores(Path directory) throws IOException {
    this.directory = directory;
    for (var name : List.of("own", "copy1", "copy2")) {
      Files.createDirectory(directory.resolve(name));
      stores.add(
          ObjectStores.open(
              new Storage(null, new Storage.PersistentVolumeClaim(name, null)),
              Optional.empty(),
              List.of(),
              directory.resolve(name)));
    }
  }

  /** Where the backup is. */
  public ObjectStore own() {
    return stores.get(0);
  }

  /** The first copy's storage. */
  public ObjectStore copy1() {
    return stores.get(1);
  }

  /** The second copy's storage. */
  public ObjectStore copy2() {
    return stores.get(2);
  }

  /** The folder of a volume: own, copy1, copy2. */
  public Path folder(String name) {
    return directory.resolve(name);
  }

  public Cancellation cancellation() {
    return cancellation;
  }

  /** The reports so far. */
  public String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  /** What a run works with that has two copies. */
  public RunContext context() {
    var redactor = new Redactor(List.of());
    var out = new PrintStream(said, true, StandardCharsets.UTF_8);
    var environment =
        new RunnerEnvironment(
            directory, directory, directory, directory, directory, directory, directory, directory,
            directory, directory, out);
    return new RunContext(
        environment,
        cancellation,
        new Reporter(out, redactor, json),
        redactor,
        json,
        Optional.empty(),
        own(),
        List.of(copy1(), copy2()));
  }

  /** The task that has written the backup. */
  public static Task.Backup task() {
    return new Task.Backup(
        "uid",
        "ns",
        "backup",
        "connection",
        1,
        null,
        BackupSpecBuilder.builder().build(),
        claim("own"),
        List.of(claim("one"), claim("two")),
        PATH,
        60,
        null,
        false);
  }

  private static Storage claim(String name) {
    return new Storage(null, new Storage.PersistentVolumeClaim(name, null));
  }

  /** Writes the backup into a storage, with everything but its instructions. */
  public void write(ObjectStore store) throws IOException {
    store.put(PATH + "/1/shop.dump", DUMP);
    store.put(PATH + "/1/log.txt", LOG);
    store.putIfAbsent(PATH + "/" + Manifest.NAME, json.pretty(manifest()));
  }

  /** The manifest in a storage. */
  public Manifest manifest(ObjectStore store) throws IOException {
    return json.read(store.read(PATH + "/" + Manifest.NAME), Manifest.class);
  }

  /** Of the backup. */
  public static Manifest manifest() {
    return new Manifest(
        Manifest.SCHEMA_VERSION,
        new Manifest.Source("ns", "backup", "uid", "connection"),
        1,
        Instant.EPOCH,
        Instant.EPOCH,
        "17.6",
        170006,
        "17.6",
        17,
        DumpFormat.CUSTOM,
        new Compression(Compression.Method.NONE, null),
        null,
        List.of(
            new Manifest.DumpedDatabase(
                new Manifest.Database(
                    "shop", "shop", "UTF8", "libc", null, null, "C", "C", -1, null, null, null,
                    null),
                Instant.EPOCH,
                null,
                1L,
                1L,
                1L)),
        List.of(
            file(Manifest.Role.DUMP, "shop", "shop.dump", DUMP),
            file(Manifest.Role.LOG, null, "log.txt", LOG)),
        List.of(),
        null);
  }

  private static Manifest.StoredFile file(
      Manifest.Role role, String database, String name, byte[] bytes) {
    return new Manifest.StoredFile(
        role,
        database,
        name,
        List.of(new Manifest.StoredObject("1/" + name, bytes.length, Hashes.sha256(bytes))));
  }
}
