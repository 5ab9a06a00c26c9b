package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.runner.age.AgeEncryption;
import io.pgcask.runner.age.Recipients;
import io.pgcask.storage.Hashes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps that pg_dump made elsewhere, without a manifest of ours. */
@Tag("host")
class BareDumpIT {
  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static ClientPrograms clients;
  private static TreeMap<String, String> original;
  private static String identity;
  private static String recipient;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.server(MAJOR);
    fixture.s3();
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE shop OWNER shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
            + " LC_CTYPE 'C.UTF-8'",
        "ALTER DATABASE shop SET search_path TO public, s",
        "COMMENT ON DATABASE shop IS 'the shop''s'");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      SampleDatabase.fill(session, 3000);
      original = SampleDatabase.fingerprint(session);
    }
    clients = new ClientPrograms(fixture);
    var keys = new X25519KeyPairGenerator().generateKeyPair();
    recipient = new String(keys.getPublic().getEncoded(), StandardCharsets.US_ASCII);
    identity = new String(keys.getPrivate().getEncoded(), StandardCharsets.US_ASCII);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /** What pg_dump makes of the database with these options, in one file. */
  private static byte[] dump(String... options) throws Exception {
    return dumpOf("shop", options);
  }

  private static byte[] dumpOf(String database, String... options) throws Exception {
    var name = "/tmp/" + UUID.randomUUID();
    clients.must(pgDump(database, name, options));
    var here = scratch.resolve(UUID.randomUUID().toString());
    clients.fetch(name, here);
    return Files.readAllBytes(here);
  }

  private static String[] pgDump(String database, String file, String... options) {
    var command =
        new ArrayList<>(
            List.of(
                ClientPrograms.program(MAJOR, "pg_dump"),
                "--host=pg" + MAJOR,
                "--dbname=" + database,
                "--file=" + file));
    command.addAll(List.of(options));
    return command.toArray(String[]::new);
  }

  /** The same as a directory: its files by name. */
  private static Map<String, byte[]> directory(String... options) throws Exception {
    var name = "/tmp/" + UUID.randomUUID();
    var all = new ArrayList<>(List.of("--format=directory"));
    all.addAll(List.of(options));
    clients.must(pgDump("shop", name, all.toArray(String[]::new)));
    var here = scratch.resolve(UUID.randomUUID().toString());
    clients.fetch(name, here);
    var files = new LinkedHashMap<String, byte[]>();
    try (var found = Files.list(here)) {
      for (var file : found.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  /** Puts a file into a storage; returns its path there. */
  private static String stage(Storage storage, byte[] bytes) throws Exception {
    var path = "uploads/" + UUID.randomUUID();
    try (var store = fixture.hostStore(storage)) {
      store.put(path, bytes);
    }
    fixture.shareVolume();
    return path;
  }

  private static String stage(Storage storage, Map<String, byte[]> files) throws Exception {
    var path = "uploads/" + UUID.randomUUID();
    try (var store = fixture.hostStore(storage)) {
      for (var file : files.entrySet()) {
        store.put(path + "/" + file.getKey(), file.getValue());
      }
    }
    fixture.shareVolume();
    return path;
  }

  private static Task.Restore create(Storage storage, String path, String sha256) {
    return restore(name(), RestoreMode.CREATE_NEW, storage, path, RestoreChoice.EVERYTHING, sha256);
  }

  private static Task.Restore restore(
      String database,
      RestoreMode mode,
      Storage storage,
      String path,
      RestoreChoice choice,
      String sha256) {
    return RunnerFixture.restoreBare(
        RunnerFixture.at(MAJOR, database, "shop"),
        mode,
        new Task.Bounds(false, Instant.now().plus(1, ChronoUnit.HOURS), false, null),
        storage,
        path,
        choice,
        sha256);
  }

  private static String name() {
    return "bare_" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static Connection session(Task.Restore restore) throws Exception {
    return fixture.session(MAJOR, restore.server().database(), "shop", PASSWORD);
  }

  private static void mustBeTheOriginal(Task.Restore restore) throws Exception {
    try (var copy = session(restore)) {
      assertThat(SampleDatabase.fingerprint(copy)).isEqualTo(original);
    }
  }

  private static byte[] gzip(byte[] bytes) throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] encrypted(byte[] bytes) throws Exception {
    var out = new ByteArrayOutputStream();
    try (var age = AgeEncryption.to(out, Recipients.parse("recipient", recipient))) {
      age.write(bytes, 0, bytes.length);
      age.finish();
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"custom", "custom zstd", "tar", "tar.gz", "plain", "plain.gz", "plain.gz.age"})
  @Execution(ExecutionMode.CONCURRENT)
  void aFileIsWhatItsBytesSay(String kind) throws Exception {
    // Given
    var bytes =
        switch (kind) {
          case "custom" -> dump("--format=custom");
          case "custom zstd" -> dump("--format=custom", "--compress=zstd");
          case "tar" -> dump("--format=tar");
          case "tar.gz" -> gzip(dump("--format=tar"));
          case "plain" -> dump();
          case "plain.gz" -> dump("--compress=gzip");
          default -> encrypted(gzip(dump()));
        };
    boolean archive = !kind.startsWith("plain");
    var storage = kind.contains("g") ? RunnerFixture.s3Storage() : RunnerFixture.volumeStorage();
    var restore = create(storage, stage(storage, bytes), archive ? Hashes.sha256(bytes) : null);
    var secrets =
        kind.endsWith("age")
            ? Map.of("encryption/" + Mounts.IDENTITY, identity)
            : Map.<String, String>of();

    // When
    var run = fixture.run(restore, PASSWORD, secrets).succeeded();

    // Then
    mustBeTheOriginal(restore);
    if (archive) {
      assertThat(run.log()).doesNotContain("no manifest and no sha256");
      assertThat(properties(restore.server().database())).isEqualTo(properties("shop"));
    } else {
      assertThat(run.log())
          .contains("no manifest and no sha256", "the new one gets those of template0");
    }
  }

  private static String properties(String database) throws Exception {
    try (var session =
            fixture.session(MAJOR, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD);
        var statement =
            session.prepareStatement(
                "SELECT concat_ws('|', pg_get_userbyid(datdba), pg_encoding_to_char(encoding),"
                    + " datcollate, datctype, datlocprovider, shobj_description(d.oid, 'pg_database'),"
                    + " setconfig::text) FROM pg_database d LEFT JOIN pg_db_role_setting"
                    + " ON setdatabase = d.oid AND setrole = 0 WHERE datname = ?")) {
      statement.setString(1, database);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aDirectoryIsRestoredFromBothStorages() throws Exception {
    var compressed = directory();
    for (var storage : List.of(RunnerFixture.s3Storage(), RunnerFixture.volumeStorage())) {
      var restore = create(storage, stage(storage, compressed), null);
      fixture.run(restore, PASSWORD).succeeded();
      mustBeTheOriginal(restore);
    }

    // and one that is not compressed, with INSERT commands
    var storage = RunnerFixture.volumeStorage();
    var inserts = directory("--compress=none", "--rows-per-insert=100");
    var restore = create(storage, stage(storage, inserts), null);
    fixture.run(restore, PASSWORD).succeeded();
    mustBeTheOriginal(restore);
  }

  @ParameterizedTest
  @ValueSource(strings = {"custom", "tar", "plain"})
  @Execution(ExecutionMode.CONCURRENT)
  void whatIsCutOffIsNeverCompleted(String format) throws Exception {
    // Given
    var storage = RunnerFixture.volumeStorage();
    var whole = dump("--format=" + format);
    var cuts = new TreeMap<Integer, String>();
    cuts.put(700, "within the table of contents, or the first statements");
    cuts.put(whole.length / 2, "in the middle");
    cuts.put(whole.length / 2 / 512 * 512, "at a block of a tar file");
    cuts.put(whole.length - 30, "shortly before the end");
    if (format.equals("custom")) {
      cuts.put(whole.length - 5, "before the length of 0 that closes the last data");
    }
    if (format.equals("tar")) {
      cuts.put(whole.length - 512, "between the two blocks that close it");
      cuts.put(whole.length - 1024, "before the blocks that close it");
    }

    for (var cut : cuts.entrySet()) {
      var restore = create(storage, stage(storage, Arrays.copyOf(whole, cut.getKey())), null);

      // When
      var run = fixture.run(restore, PASSWORD);

      // Then
      assertThat(run.result().succeeded()).as(cut.getValue() + run.log()).isFalse();
      assertThat(run.result().reason())
          .as(cut.getValue() + run.log())
          .isEqualTo(Reason.INVALID_DUMP);
      assertThat(run.result().message()).contains("incomplete");
    }

    // When the hash is known
    var cut = Arrays.copyOf(whole, whole.length - 30);
    var known = create(storage, stage(storage, cut), Hashes.sha256(whole));
    fixture.run(known, PASSWORD).failed(Reason.CHECKSUM_MISMATCH);
    var flipped = whole.clone();
    flipped[whole.length - whole.length / 3] ^= 1;
    known = create(storage, stage(storage, flipped), Hashes.sha256(whole));
    var run = fixture.run(known, PASSWORD).failed(Reason.CHECKSUM_MISMATCH);
    assertThat(run.result().message()).contains("location.sha256");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aDirectoryThatLacksSomethingIsNeverCompleted() throws Exception {
    var storage = RunnerFixture.volumeStorage();
    var packed = directory();
    var plain = directory("--compress=none");
    var rows = largest(plain);
    var text = new String(plain.get(rows), StandardCharsets.ISO_8859_1);
    int middle = text.indexOf('\n', text.length() / 2) + 1;
    var lists = plain.keySet().stream().filter(name -> name.matches("blobs.*\\.toc")).toList();
    var cut = new LinkedHashMap<String, Map<String, byte[]>>();
    cut.put("a compressed file", with(packed, largest(packed), -100));
    cut.put("the end of a compressed file", with(packed, largest(packed), -8));
    cut.put("rows at the end of a line", with(plain, rows, middle));
    cut.put("the list of large objects", with(plain, lists.getFirst(), 0));
    cut.put("the table of contents", with(packed, "toc.dat", -1));
    var without = new LinkedHashMap<>(packed);
    without.remove(largest(packed));
    cut.put("a file", without);

    for (var files : cut.entrySet()) {
      var restore = create(storage, stage(storage, files.getValue()), null);
      var run = fixture.run(restore, PASSWORD);
      assertThat(run.result().reason())
          .as(files.getKey() + run.log())
          .isEqualTo(Reason.INVALID_DUMP);
      assertThat(run.result().succeeded()).isFalse();
    }
  }

  private static String largest(Map<String, byte[]> files) {
    return files.entrySet().stream()
        .filter(file -> file.getKey().matches("[0-9]+\\.dat.*"))
        .max(Map.Entry.comparingByValue((one, two) -> one.length - two.length))
        .orElseThrow()
        .getKey();
  }

  /** A copy in which a file is cut to a length, or by so many bytes. */
  private static Map<String, byte[]> with(Map<String, byte[]> files, String name, int length) {
    var copy = new LinkedHashMap<>(files);
    var bytes = files.get(name);
    copy.put(name, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
    return copy;
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aPartIsChosenAndTheRestIsReadAllTheSame() throws Exception {
    // Given
    var storage = RunnerFixture.s3Storage();
    var whole = dump("--format=custom");
    var choice =
        RestoreChoiceBuilder.builder()
            .include(RestoreNamesBuilder.builder().tables(List.of("t")).build())
            .includeDependencies(true)
            .build();

    // When
    var part =
        restore(name(), RestoreMode.CREATE_NEW, storage, stage(storage, whole), choice, null);
    fixture.run(part, PASSWORD).succeeded();
    var cut = stage(storage, Arrays.copyOf(whole, whole.length - 5));
    var ofCut = restore(name(), RestoreMode.CREATE_NEW, storage, cut, choice, null);
    fixture.run(ofCut, PASSWORD).failed(Reason.INVALID_DUMP);

    // Then
    try (var copy = session(part)) {
      assertThat(SampleDatabase.rowsOf(copy, "t")).isEqualTo(original.get("public.t"));
      try (var others = copy.getMetaData().getTables(null, null, "p1", null)) {
        assertThat(others.next()).isFalse();
      }
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void anExistingDatabaseIsCleanedOrReplacedWhollyOrNotAtAll() throws Exception {
    // Given a database that differs
    var storage = RunnerFixture.volumeStorage();
    var database = name();
    fixture.sql(
        MAJOR, "postgres", "CREATE DATABASE %s TEMPLATE shop OWNER shop".formatted(database));
    fixture.sql(
        MAJOR,
        database,
        "UPDATE t SET name = 'x'",
        "CREATE TABLE later (i int)",
        "ALTER TABLE later OWNER TO shop");
    var files = directory("--compress=none");
    var rows = largest(files);
    var text = new String(files.get(rows), StandardCharsets.ISO_8859_1);
    var cut = with(files, rows, text.indexOf('\n', text.length() / 2) + 1);

    // When the dump is cut off
    for (var mode : List.of(RestoreMode.CLEAN, RestoreMode.REPLACE)) {
      var broken =
          restore(database, mode, storage, stage(storage, cut), RestoreChoice.EVERYTHING, null);
      fixture.run(broken, PASSWORD).failed(Reason.INVALID_DUMP);
      // Then
      try (var session = session(broken)) {
        assertThat(SampleDatabase.rowsOf(session, "later")).startsWith("0 ");
        assertThat(SampleDatabase.rowsOf(session, "t")).isNotEqualTo(original.get("public.t"));
      }
    }

    // When it is whole
    var clean =
        restore(
            database,
            RestoreMode.CLEAN,
            storage,
            stage(storage, files),
            RestoreChoice.EVERYTHING,
            null);
    fixture.run(clean, PASSWORD).succeeded();

    // Then
    try (var session = session(clean)) {
      assertThat(SampleDatabase.rowsOf(session, "t")).isEqualTo(original.get("public.t"));
      assertThat(SampleDatabase.rowsOf(session, "later")).startsWith("0 ");
    }

    // When
    var tar = stage(storage, dump("--format=tar"));
    var replace =
        restore(database, RestoreMode.REPLACE, storage, tar, RestoreChoice.EVERYTHING, null);
    fixture.run(replace, PASSWORD).succeeded();

    // Then
    mustBeTheOriginal(replace);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void thePlanRefusesWhatCannotBeRestored() throws Exception {
    var storage = RunnerFixture.volumeStorage();
    var all = "/tmp/all.sql";
    clients.must(ClientPrograms.program(MAJOR, "pg_dumpall"), "--host=pg" + MAJOR, "--file=" + all);
    var here = scratch.resolve("all.sql");
    clients.fetch(all, here);

    refused(stage(storage, Files.readAllBytes(here)), Reason.INVALID_DUMP, "pg_dumpall");
    refused(stage(storage, dump("--create")), Reason.INVALID_DUMP, "--create");
    refused("uploads/nowhere", Reason.STORAGE_NOT_FOUND, "manifest.json", "toc.dat");
  }

  private static void refused(String path, Reason reason, String... words) throws Exception {
    var restore = create(RunnerFixture.volumeStorage(), path, null);
    var run = fixture.run(restore, PASSWORD).failed(reason);
    assertThat(run.result().message()).contains(words);
    try (var session =
        fixture.session(MAJOR, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      assertThat(ServerFacts.databaseExists(session, restore.server().database())).isFalse();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void thePlanLooksAtTheRoleAndTheEncoding() throws Exception {
    // Given a dump with something for superusers alone, and a database in another encoding
    var source = name();
    var target = name();
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE DATABASE %s OWNER shop".formatted(source),
        "CREATE DATABASE %s OWNER shop TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
            .formatted(target));
    fixture.sql(
        MAJOR,
        source,
        "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "ALTER FUNCTION e() OWNER TO shop",
        "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION e()");
    var storage = RunnerFixture.volumeStorage();
    var path = stage(storage, dumpOf(source, "--format=custom"));

    // When
    var run =
        fixture
            .run(
                restore(
                    target, RestoreMode.INTO_EMPTY, storage, path, RestoreChoice.EVERYTHING, null),
                PASSWORD)
            .succeeded();

    // Then
    assertThat(run.log())
        .contains("event trigger watch is left out", "the dump is in UTF8 and database " + target);

    // When nothing is known to convert from one encoding to the other
    var strange = name();
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE DATABASE %s OWNER shop TEMPLATE template0 ENCODING 'EUC_JP' LOCALE 'C'"
            .formatted(strange));
    var latin = stage(storage, dumpOf(source, "--encoding=LATIN1"));
    var refused =
        fixture
            .run(
                restore(
                    strange,
                    RestoreMode.INTO_EMPTY,
                    storage,
                    latin,
                    RestoreChoice.EVERYTHING,
                    null),
                PASSWORD)
            .failed(Reason.INVALID_OPTIONS);
    assertThat(refused.result().message()).contains("LATIN1", "EUC_JP", "converts no text");
  }
}
