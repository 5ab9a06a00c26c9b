package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.CreateDatabase;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.LocaleProvider;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.postgres.ServerFacts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore refuses, what it notices, and odd names all the way. */
@Tag("host")
class RestoreIT {
  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static Task.Backup custom;
  private static Task.Backup plain;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.server(MAJOR);
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
        "CREATE ROLE clerk LOGIN PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE shop OWNER shop");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      SampleDatabase.fill(session, 20_000);
    }
    custom = dump(DumpFormat.CUSTOM, Method.NONE);
    plain = dump(DumpFormat.PLAIN, Method.ZSTD);
  }

  private static Task.Backup dump(DumpFormat format, Method method) throws Exception {
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(MAJOR, "shop", "shop"),
            format,
            new Compression(method, null),
            RunnerFixture.volumeStorage());
    fixture.run(task, PASSWORD).succeeded();
    return task;
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Task.Restore into(String database, RestoreMode mode, Task.Backup from) {
    return into(database, "shop", mode, from.path());
  }

  private static Task.Restore into(String database, String user, RestoreMode mode, String path) {
    return RunnerFixture.restore(
        RunnerFixture.at(MAJOR, database, user), mode, RunnerFixture.volumeStorage(), path);
  }

  private static boolean exists(String database) throws Exception {
    try (var session =
        fixture.session(MAJOR, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      return ServerFacts.databaseExists(session, database);
    }
  }

  @Test
  void restoresIntoAnEmptyDatabaseAndRefusesTheSecondTime() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE empty OWNER shop TEMPLATE template0");
    var task = into("empty", RestoreMode.INTO_EMPTY, custom);
    fixture.run(task, PASSWORD).succeeded();
    try (var original = fixture.session(MAJOR, "shop", "shop", PASSWORD);
        var copy = fixture.session(MAJOR, "empty", "shop", PASSWORD)) {
      assertThat(SampleDatabase.fingerprint(copy)).isEqualTo(SampleDatabase.fingerprint(original));
    }

    var again = fixture.run(task, PASSWORD).failed(Reason.DATABASE_NOT_EMPTY);
    assertThat(again.result().message()).contains("it holds schema s");
    assertThat(again.log()).contains("\"result\":\"Failed\"").doesNotContain("\"progress\"");
  }

  @Test
  void leavesOutTheTriggersByWhichTheOriginalWasFollowed() throws Exception {
    // Given
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE followed OWNER shop");
    try (var session = fixture.session(MAJOR, "followed", "shop", PASSWORD);
        var statement = session.createStatement()) {
      statement.execute("CREATE TABLE orders (id int); CREATE SCHEMA pgcask");
      statement.execute(
          "CREATE FUNCTION pgcask.rows_0() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
      statement.execute(
          "CREATE TRIGGER pgcask_0 AFTER INSERT OR TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION pgcask.rows_0()");
    }
    var backup =
        RunnerFixture.backup(
            RunnerFixture.at(MAJOR, "followed", "shop"),
            DumpFormat.CUSTOM,
            new Compression(Method.NONE, null),
            RunnerFixture.volumeStorage());
    fixture.run(backup, PASSWORD).succeeded();

    // When
    var task = into("unfollowed", "shop", RestoreMode.CREATE_NEW, backup.path());
    fixture.run(task, PASSWORD).succeeded();

    // Then
    try (var copy = fixture.session(MAJOR, "unfollowed", "shop", PASSWORD);
        var statement = copy.createStatement();
        var row =
            statement.executeQuery(
                "SELECT to_regclass('orders') IS NOT NULL, to_regnamespace('pgcask') IS NULL,"
                    + " NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'pgcask_0')")) {
      row.next();
      assertThat(List.of(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3)))
          .containsOnly(true);
    }
  }

  @Test
  void refusesALargeObjectInAnEmptyDatabase() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE nearly OWNER shop");
    fixture.sql(MAJOR, "nearly", "SELECT lo_create(4711)");
    var run =
        fixture
            .run(into("nearly", RestoreMode.INTO_EMPTY, custom), PASSWORD)
            .failed(Reason.DATABASE_NOT_EMPTY);
    assertThat(run.result().message()).contains("large object 4711");
  }

  @Test
  void refusesAnExistingDatabaseAndAMissingOne() throws Exception {
    fixture
        .run(into("shop", RestoreMode.CREATE_NEW, custom), PASSWORD)
        .failed(Reason.DATABASE_EXISTS);
    fixture
        .run(into("nowhere", RestoreMode.INTO_EMPTY, custom), PASSWORD)
        .failed(Reason.DATABASE_NOT_FOUND);
  }

  @Test
  void makesANewDatabaseAsItIsAskedFor() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE ROLE app NOLOGIN", "GRANT app TO shop");
    var asked = new CreateDatabase("app", "UTF8", LocaleProvider.ICU, "de-DE", "pg_default");
    var task = into("asked", RestoreMode.CREATE_NEW, custom);

    var refusal =
        fixture
            .run(TaskRestoreBuilder.builder(task).createDatabase(asked).build(), PASSWORD)
            .failed(Reason.PERMISSION_DENIED);
    assertThat(refusal.result().message())
        .endsWith("run: GRANT CREATE ON TABLESPACE \"pg_default\" TO \"shop\"");
    fixture.sql(MAJOR, "postgres", "GRANT CREATE ON TABLESPACE \"pg_default\" TO \"shop\"");
    fixture
        .run(TaskRestoreBuilder.builder(task).createDatabase(asked).build(), PASSWORD)
        .succeeded();

    try (var session = fixture.session(MAJOR, "asked", "shop", PASSWORD);
        var statement = session.createStatement();
        var row =
            statement.executeQuery(
                "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider, datlocale"
                    + " FROM pg_database WHERE datname = current_database()")) {
      row.next();
      assertThat(List.of(row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
          .containsExactly("app", "UTF8", "i", "de-DE");
    }
    var nowhere = new CreateDatabase(null, null, null, null, "nowhere");
    var refused =
        fixture
            .run(TaskRestoreBuilder.builder(task).createDatabase(nowhere).build(), PASSWORD)
            .failed(Reason.DATABASE_EXISTS);
    assertThat(refused.log()).contains("the server has no tablespace nowhere");
  }

  @Test
  void refusesARoleWithoutTheRight() throws Exception {
    var run =
        fixture
            .run(into("x", "clerk", RestoreMode.CREATE_NEW, custom.path()), PASSWORD)
            .failed(Reason.PERMISSION_DENIED);
    assertThat(run.result().message()).contains("ALTER ROLE \"clerk\" CREATEDB");
    assertThat(exists("x")).isFalse();
  }

  @Test
  void refusesAPlaceWithoutABackup() throws Exception {
    fixture
        .run(into("x", "shop", RestoreMode.CREATE_NEW, "no/backup/here"), PASSWORD)
        .failed(Reason.STORAGE_NOT_FOUND);
    assertThat(exists("x")).isFalse();
  }

  @Test
  void refusesASecondRestoreIntoTheSameDatabase() throws Exception {
    var first = fixture.start(into("twice", RestoreMode.CREATE_NEW, custom), PASSWORD);
    var second = fixture.start(into("twice", RestoreMode.CREATE_NEW, custom), PASSWORD);
    var results = List.of(first.end().result(), second.end().result());

    assertThat(results).filteredOn(result -> result.succeeded()).hasSize(1);
    assertThat(results)
        .filteredOn(result -> !result.succeeded())
        .extracting(result -> result.reason())
        .containsAnyOf(Reason.LOCK_TIMEOUT, Reason.DATABASE_EXISTS);
  }

  @Test
  void noticesATruncatedDumpBeforeItWrites() throws Exception {
    for (var backup : List.of(custom, plain)) {
      var damaged = copyOf(backup, bytes -> Arrays.copyOf(bytes, bytes.length - 100));
      fixture
          .run(into("truncated", "shop", RestoreMode.CREATE_NEW, damaged), PASSWORD)
          .failed(Reason.CHECKSUM_MISMATCH);
      assertThat(exists("truncated")).isFalse();
    }
  }

  @Test
  void noticesAFlippedBitWhateverTheToolSays() throws Exception {
    for (var backup : List.of(custom, plain)) {
      for (var part : List.of(2, 3, 10)) {
        var damaged =
            copyOf(
                backup,
                bytes -> {
                  bytes[bytes.length - bytes.length / part] ^= 1;
                  return bytes;
                });
        var run =
            fixture
                .run(into("flipped", "shop", RestoreMode.CREATE_NEW, damaged), PASSWORD)
                .failed(Reason.CHECKSUM_MISMATCH);
        assertThat(run.result().message()).contains("is not a whole copy");
        fixture.sql(MAJOR, "postgres", "DROP DATABASE flipped");
      }
    }
  }

  @Test
  void failsIfTheToolReportsErrors() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE ROLE gone");
    fixture.sql(MAJOR, "shop", "GRANT SELECT ON t TO gone");
    var backup = dump(DumpFormat.CUSTOM, Method.ZSTD);
    fixture.sql(MAJOR, "shop", "REVOKE SELECT ON t FROM gone");
    fixture.sql(MAJOR, "postgres", "DROP ROLE gone");
    var run =
        fixture
            .run(into("erring", RestoreMode.CREATE_NEW, backup), PASSWORD)
            .failed(Reason.RESTORE_FAILED);

    assertThat(run.result().errorCount()).isEqualTo(1);
    assertThat(run.result().message())
        .contains("1 errors; ", "role \"gone\" does not exist", "is not a whole copy");
    assertThat(run.log()).contains("\"report\":\"error\"");
  }

  @Test
  void runsNoMetaCommandOfAPlainDump() throws Exception {
    var evil = "CREATE TABLE ok (i int);\n\\! echo owned > /tmp/owned\nCREATE TABLE no (i int);\n";
    var path = withDump(plain, Method.NONE, evil.getBytes(StandardCharsets.UTF_8));
    var run =
        fixture
            .run(into("evil", "shop", RestoreMode.CREATE_NEW, path), PASSWORD)
            .failed(Reason.RESTORE_FAILED);

    assertThat(run.log()).doesNotContain("owned");
    try (var session = fixture.session(MAJOR, "evil", "shop", PASSWORD);
        var tables = session.getMetaData().getTables(null, "public", "no", null)) {
      assertThat(tables.next()).isFalse();
    }
  }

  @Test
  void isNotStalledWhileTheServerWorksAndIsCancelledBySigterm() throws Exception {
    // twice as long as nothing may move, which the server is asked about in between
    var slow = "SELECT pg_sleep(12);\nCREATE TABLE done (i int);\nSELECT pg_sleep(600);\n";
    var path = withDump(plain, Method.NONE, slow.getBytes(StandardCharsets.UTF_8));
    var server = RunnerFixture.at(MAJOR, "slow", "shop");
    var task =
        new Task.Restore(
            "uid",
            "ns",
            "name",
            server,
            RestoreMode.CREATE_NEW,
            Task.Bounds.NONE,
            null,
            RunnerFixture.volumeStorage(),
            path,
            5,
            RestoreChoice.EVERYTHING,
            Task.Steps.NONE);
    var started = fixture.start(task, PASSWORD);
    await()
        .ignoreExceptions() // there is no such database yet
        .untilAsserted(
            () -> {
              try (var session = fixture.session(MAJOR, "slow", "shop", PASSWORD);
                  var tables = session.getMetaData().getTables(null, "public", "done", null)) {
                assertThat(tables.next()).as(started.log()).isTrue();
              }
            });
    DockerCli.must("stop", "--time", "60", started.container());
    started.end().failed(Reason.CANCELLED);
  }

  @Test
  void takesOddNamesAndPasswordsInEveryPlace() throws Exception {
    var user = "o'har\"a \\ ä😀 %";
    var database = "a/b \"c\" 'd' \\ .. ß😀=%";
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE "
            + quoted(user)
            + " LOGIN CREATEDB PASSWORD "
            + "'"
            + RunnerFixture.ODD_PASSWORD.replace("'", "''")
            + "'",
        "CREATE DATABASE " + quoted(database) + " OWNER " + quoted(user));
    try (var session = fixture.session(MAJOR, database, user, RunnerFixture.ODD_PASSWORD)) {
      SampleDatabase.fill(session, 100);
    }
    for (var format : DumpFormat.values()) {
      var backup =
          RunnerFixture.backup(
              RunnerFixture.at(MAJOR, database, user), format, null, RunnerFixture.volumeStorage());
      var run = fixture.run(backup, RunnerFixture.ODD_PASSWORD).succeeded();
      assertThat(run.log()).doesNotContain(RunnerFixture.ODD_PASSWORD);
      assertThat(fixture.objects(backup))
          .anyMatch(
              path ->
                  path.matches(
                      "1/a%2Fb%20%22c%22%20%27d%27%20%5C%20\\.\\.%20%C3%9F%F0%9F%98%80%3D%25[./].*"));

      var copy = database + " copy " + format;
      var restore =
          RunnerFixture.restore(
              RunnerFixture.at(MAJOR, copy, user),
              RestoreMode.CREATE_NEW,
              RunnerFixture.volumeStorage(),
              backup.path());
      fixture.run(restore, RunnerFixture.ODD_PASSWORD).succeeded();
      try (var one = fixture.session(MAJOR, database, user, RunnerFixture.ODD_PASSWORD);
          var two = fixture.session(MAJOR, copy, user, RunnerFixture.ODD_PASSWORD)) {
        assertThat(SampleDatabase.fingerprint(two)).isEqualTo(SampleDatabase.fingerprint(one));
      }
    }
    readsTheConnectionStringOfASecret(database, user);
  }

  private static void readsTheConnectionStringOfASecret(String database, String user)
      throws Exception {
    var encoded = new StringBuilder();
    for (byte b : RunnerFixture.ODD_PASSWORD.getBytes(StandardCharsets.UTF_8)) {
      encoded.append("%%%02X".formatted(b & 0xff));
    }
    var escaped = RunnerFixture.ODD_PASSWORD.replace("\\", "\\\\").replace("'", "\\'");
    for (var text :
        List.of(
            "postgres://x:" + encoded + "@ignored/db\n",
            "host=ignored user=x password='" + escaped + "'")) {
      var backup =
          RunnerFixture.backup(
              RunnerFixture.at(MAJOR, database, user),
              DumpFormat.CUSTOM,
              null,
              RunnerFixture.volumeStorage());
      fixture.run(backup, "", Map.of("connection/" + Mounts.CONNECTION_STRING, text)).succeeded();
    }
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** A copy of a backup whose dump is changed and whose manifest is not. */
  private static String copyOf(Task.Backup backup, UnaryOperator<byte[]> change) throws Exception {
    var path = "copies/" + UUID.randomUUID();
    try (var store = fixture.hostStore(backup.storage())) {
      for (var object : fixture.objects(backup)) {
        var bytes = store.read(backup.path() + "/" + object);
        boolean dump = object.startsWith("1/") && !object.endsWith("log.txt");
        store.put(path + "/" + object, dump ? change.apply(bytes) : bytes);
      }
    }
    fixture.shareVolume();
    return path;
  }

  private static String withDump(Task.Backup like, Method method, byte[] dump) throws Exception {
    return MadeBackup.of(fixture, like, method, dump);
  }
}
