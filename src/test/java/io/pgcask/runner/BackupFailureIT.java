package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskBackupBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way in which a backup fails: the reason is right, and storage is as it was before. */
@Tag("host")
class BackupFailureIT {
  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";

  /** Several parts of an upload. */
  private static final String BIG =
      "CREATE TABLE t AS SELECT g, repeat(md5(g::text), 30) AS x FROM generate_series(1, 80000) g";

  private static final String LARGE_OBJECT = "SELECT lo_from_bytea(0, 'a large object')";
  private static final Compression NONE = new Compression(Method.NONE, null);

  @TempDir static Path scratch;

  private static RunnerFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.s3();
    fixture.server(MAJOR, "-c", "wal_level=logical");
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE shop LOGIN PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE big OWNER shop");
    try (var session = fixture.session(MAJOR, "big", "shop", PASSWORD);
        var statement = session.createStatement()) {
      statement.execute(BIG);
      statement.execute(LARGE_OBJECT);
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @AfterEach
  void noUploadIsLeft() {
    assertThat(fixture.unfinishedUploads()).isZero();
  }

  private static Task.Backup backup(Task.Server server, Storage storage) {
    return RunnerFixture.backup(server, DumpFormat.CUSTOM, NONE, storage);
  }

  private static Task.Server big() {
    return RunnerFixture.at(MAJOR, "big", "shop");
  }

  private static Task.Backup stallingAfter(Task.Backup task, int seconds) {
    return TaskBackupBuilder.builder(task).stallTimeoutSeconds(seconds).build();
  }

  private static void assertNothingLeft(Task task, RunnerFixture.Run run) throws Exception {
    assertThat(run.result().clean()).isTrue();
    assertThat(fixture.objects(task)).isEmpty();
  }

  private static RunnerFixture.Started startAndAwaitBytes(Task.Backup task) throws Exception {
    var started = fixture.start(task, PASSWORD);
    if (task.storage().s3() == null) {
      await().until(() -> started.log().contains("\"progress\""));
    } else {
      await().pollInterval(Duration.ofMillis(50)).until(() -> fixture.unfinishedUploads() > 0);
    }
    return started;
  }

  @Test
  void wrongPassword() throws Exception {
    var task = backup(big(), RunnerFixture.s3Storage());
    var run = fixture.run(task, "wrong-S3CR3T").failed(Reason.AUTHENTICATION_FAILED);

    assertNothingLeft(task, run);
    assertThat(run.log() + run.result()).doesNotContain("S3CR3T");
  }

  @Test
  void unreachableHost() throws Exception {
    var nowhere =
        new Task.Server("no.such.host.invalid", 5432, "big", null, "shop", TlsMode.REQUIRE, 3);
    var run =
        fixture
            .run(backup(nowhere, RunnerFixture.s3Storage()), PASSWORD)
            .failed(Reason.HOST_UNREACHABLE);
    assertThat(run.result().message())
        .isEqualTo("the host name no.such.host.invalid cannot be resolved");

    var closed = new Task.Server("pg17", 5433, "big", null, "shop", TlsMode.REQUIRE, 3);
    run =
        fixture
            .run(backup(closed, RunnerFixture.s3Storage()), PASSWORD)
            .failed(Reason.HOST_UNREACHABLE);
    assertThat(run.result().message()).isEqualTo("pg17:5433 refuses connections");
  }

  @Test
  void unknownDatabase() throws Exception {
    var task = backup(RunnerFixture.at(MAJOR, "no such", "shop"), RunnerFixture.volumeStorage());
    var run = fixture.run(task, PASSWORD).failed(Reason.DATABASE_NOT_FOUND);

    assertNothingLeft(task, run);
    assertThat(run.result().message()).contains("\"no such\"");
  }

  @Test
  void serverWithoutTls() throws Exception {
    var id =
        fixture
            .docker()
            .start(
                "pgplain",
                List.of(
                    "-e",
                    "POSTGRES_PASSWORD=" + RunnerFixture.ADMIN_PASSWORD,
                    "pgcask-dev-servers",
                    "17",
                    "-c",
                    "ssl=off"));
    fixture.docker().awaitLog(id, "ready to accept connections");
    var server = new Task.Server("pgplain", 5432, "postgres", null, "postgres", TlsMode.REQUIRE, 5);
    var run =
        fixture
            .run(backup(server, RunnerFixture.s3Storage()), RunnerFixture.ADMIN_PASSWORD)
            .failed(Reason.TLS_FAILED);
    assertThat(run.result().message()).contains("does not offer TLS");
  }

  @ParameterizedTest
  @EnumSource(names = {"VERIFY_CA", "VERIFY_FULL"})
  void certificateThatIsNotTrusted(TlsMode mode) throws Exception {
    var server = new Task.Server("pg17", 5432, "big", null, "shop", mode, 5);
    var ca = DockerCli.must("exec", fixture.serverContainer(MAJOR), "cat", "/data/17/server.crt");
    var other =
        DockerCli.must(
            "run",
            "--rm",
            "--entrypoint",
            "openssl",
            "pgcask-dev-servers",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=other",
            "-keyout",
            "/dev/null");
    other = other.substring(other.indexOf("-----BEGIN CERT"));
    var task = backup(server, RunnerFixture.s3Storage());
    fixture.run(task, PASSWORD, Map.of("connection/" + Mounts.CA, other)).failed(Reason.TLS_FAILED);

    var run = fixture.run(task, PASSWORD, Map.of("connection/" + Mounts.CA, ca));
    if (mode == TlsMode.VERIFY_CA) {
      run.succeeded();
    } else {
      run.failed(Reason.TLS_FAILED); // the certificate is for localhost, the host is pg17
    }
  }

  @Test
  void missingBucket() throws Exception {
    var s3 = RunnerFixture.s3Storage().s3();
    var storage =
        new Storage(
            new Storage.S3(
                "nosuchbucket", null, null, s3.endpoint(), true, s3.credentialsSecretRef(), null),
            null);
    var run = fixture.run(backup(big(), storage), PASSWORD).failed(Reason.STORAGE_NOT_FOUND);
    assertThat(run.result().message()).startsWith("bucket nosuchbucket does not exist");
  }

  @Test
  void deniedCredentials() throws Exception {
    var task = backup(big(), RunnerFixture.s3Storage());
    var run =
        fixture
            .run(task, PASSWORD, Map.of("storage/" + Mounts.SECRET_ACCESS_KEY, "S3CR3T-wrong"))
            .failed(Reason.STORAGE_DENIED);
    assertThat(run.log() + run.result()).doesNotContain("S3CR3T-wrong");
  }

  @Test
  void unreachableStorage() throws Exception {
    var storage =
        new Storage(
            new Storage.S3(
                "backups", null, null, "http://s3:9999", true, new LocalObjectRef("none"), null),
            null);
    fixture.run(backup(big(), storage), PASSWORD).failed(Reason.STORAGE_UNREACHABLE);
  }

  @Test
  void fullVolume() throws Exception {
    var task = backup(big(), RunnerFixture.volumeStorage());
    var run =
        fixture
            .start(
                task,
                PASSWORD,
                Map.of(),
                "--mount=type=tmpfs,tmpfs-size=20m,tmpfs-mode=0777,destination=" + Mounts.VOLUME)
            .end()
            .failed(Reason.STORAGE_FULL);
    assertThat(run.result().clean()).isTrue();
  }

  @Test
  void permissionDeniedNamesTheObject() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE guarded OWNER shop");
    var server = RunnerFixture.at(MAJOR, "guarded", "shop");
    expectDenied(server, "CREATE TABLE secret (i int)", "table public.secret", "DROP TABLE secret");
    expectDenied(server, "CREATE SEQUENCE sec", "sequence public.sec", "DROP SEQUENCE sec");
    expectDenied(
        server,
        "CREATE SCHEMA hidden; CREATE TABLE hidden.t (i int); GRANT SELECT ON hidden.t TO shop",
        "schema hidden",
        "DROP SCHEMA hidden CASCADE");
    expectDenied(
        server,
        "CREATE TABLE rls (i int); GRANT SELECT ON rls TO shop;"
            + " ALTER TABLE rls ENABLE ROW LEVEL SECURITY",
        "row-level security",
        "DROP TABLE rls");
    expectDenied(
        server, "SELECT lo_from_bytea(4711, 'x')", "large object 4711", "SELECT lo_unlink(4711)");
  }

  private static void expectDenied(Task.Server server, String make, String message, String undo)
      throws Exception {
    fixture.sql(MAJOR, "guarded", make);
    var task = backup(server, RunnerFixture.s3Storage());
    var run = fixture.run(task, PASSWORD).failed(Reason.PERMISSION_DENIED);
    assertThat(run.result().message()).contains("the role shop may not read", message);
    assertNothingLeft(task, run);
    fixture.sql(MAJOR, "guarded", undo);
  }

  @Test
  void lockThatCannotBeHad() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE locked OWNER shop");
    try (var session = fixture.session(MAJOR, "locked", "shop", PASSWORD);
        var statement = session.createStatement()) {
      statement.execute("CREATE TABLE t (i int)");
      session.setAutoCommit(false);
      statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
      var spec =
          BackupSpecBuilder.builder()
              .compression(NONE)
              .options(DumpOptionsBuilder.builder().lockWaitTimeoutSeconds(5).build())
              .build();
      var task =
          stallingAfter(
              RunnerFixture.backup(
                  RunnerFixture.at(MAJOR, "locked", "shop"), spec, RunnerFixture.s3Storage()),
              600);
      var run = fixture.run(task, PASSWORD).failed(Reason.LOCK_TIMEOUT);

      assertThat(run.result().message()).contains("within 5 s: table public.t, by process");
      assertNothingLeft(task, run);
    }
  }

  @Test
  void subscriptionsThatWouldBeLeftOut() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE subscriber OWNER shop");
    fixture.sql(
        MAJOR,
        "subscriber",
        "CREATE SUBSCRIPTION sub CONNECTION 'host=x password=S3CR3T' PUBLICATION p"
            + " WITH (connect = false)");
    var run =
        fixture
            .run(
                backup(RunnerFixture.at(MAJOR, "subscriber", "shop"), RunnerFixture.s3Storage()),
                PASSWORD)
            .failed(Reason.PARTIAL_DUMP);

    assertThat(run.result().partial()).containsExactly("Subscriptions");
    assertThat(run.log() + run.result()).doesNotContain("S3CR3T");
  }

  @Test
  void compressionThatTheClientDoesNotKnow() throws Exception {
    fixture.server(15);
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(15, "postgres", "postgres"),
            DumpFormat.CUSTOM,
            new Compression(Method.ZSTD, 3),
            RunnerFixture.s3Storage());
    fixture.run(task, RunnerFixture.ADMIN_PASSWORD).failed(Reason.INVALID_OPTIONS);
  }

  @Test
  void pgDumpKilledInTheMiddle() throws Exception {
    for (var storage : List.of(RunnerFixture.s3Storage(), RunnerFixture.volumeStorage())) {
      var task = backup(big(), storage);
      try (var hold = fixture.holdLargeObjects(MAJOR, "big")) {
        var started = startAndAwaitBytes(task);
        started.signal("pg_dump", "KILL");
        var run = started.end().failed(Reason.DUMP_KILLED);

        assertNothingLeft(task, run);
      }
    }
  }

  @Test
  void cancelledBySigterm() throws Exception {
    for (var storage : List.of(RunnerFixture.s3Storage(), RunnerFixture.volumeStorage())) {
      var task = backup(big(), storage);
      try (var hold = fixture.holdLargeObjects(MAJOR, "big")) {
        var started = startAndAwaitBytes(task);
        long begun = System.nanoTime();
        DockerCli.must("stop", "--time", "60", started.container());
        var run = started.end().failed(Reason.CANCELLED);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        assertNothingLeft(task, run);
      }
    }
  }

  @Test
  void stalledIfNothingMovesAndNoBackendWorks() throws Exception {
    var task = stallingAfter(backup(big(), RunnerFixture.s3Storage()), 10);
    RunnerFixture.Started started;
    try (var hold = fixture.holdLargeObjects(MAJOR, "big")) {
      started = startAndAwaitBytes(task);
      started.signal("pg_dump", "STOP");
    }
    var run = started.end().failed(Reason.STALLED);

    assertNothingLeft(task, run);
  }

  @Test
  void serverThatGoesAway() throws Exception {
    fixture.server(18);
    fixture.sql(18, "postgres", "CREATE DATABASE big");
    fixture.sql(18, "big", BIG, LARGE_OBJECT);
    // a server that goes without a word is noticed by keepalives, which takes 90 seconds
    var task =
        stallingAfter(
            backup(RunnerFixture.at(18, "big", "postgres"), RunnerFixture.s3Storage()), 300);
    var hold = fixture.holdLargeObjects(18, "big"); // ends with its server
    var started = fixture.start(task, RunnerFixture.ADMIN_PASSWORD);
    await().until(() -> fixture.unfinishedUploads() > 0);
    DockerCli.must("kill", fixture.serverContainer(18));
    var run = started.end().failed(Reason.HOST_UNREACHABLE);

    assertNothingLeft(task, run);
    assertThat(hold.isValid(1)).isFalse();
  }

  @Test
  void secondWriterNeverTouchesTheFirst() throws Exception {
    var task = backup(big(), RunnerFixture.s3Storage());
    var manifest = "{\"other\": true}".getBytes(StandardCharsets.UTF_8);
    try (var store = fixture.hostStore(task.storage())) {
      store.put(task.path() + "/" + Manifest.NAME, manifest);
    }
    var run = fixture.run(task, PASSWORD).failed(Reason.ALREADY_RAN);

    assertThat(run.result().message()).contains("a complete backup lies already at");
    assertThat(fixture.objects(task)).containsExactly(Manifest.NAME);
  }

  @Test
  void writerThatLosesTheRaceRemovesOnlyItsOwn() throws Exception {
    var task = backup(big(), RunnerFixture.s3Storage());
    var done = fixture.run(task, PASSWORD).succeeded();
    try (var store = fixture.hostStore(task.storage())) {
      var manifest = store.read(task.path() + "/" + Manifest.NAME);
      store.delete(task.path() + "/" + Manifest.NAME);
      var second = TaskBackupBuilder.builder(task).attempt(2).build();
      RunnerFixture.Started started;
      try (var hold = fixture.holdLargeObjects(MAJOR, "big")) {
        started = startAndAwaitBytes(second);
        store.put(task.path() + "/" + Manifest.NAME, manifest);
      }
      var run = started.end().failed(Reason.ALREADY_RAN);

      assertThat(run.result().message()).contains("attempt 1 of this backup was completed");
      assertThat(fixture.objects(task))
          .containsExactly(
              "1/big.dump",
              "1/globals.sql",
              "1/log.txt",
              Manifest.RESTORE_NAME,
              Manifest.NAME,
              "verification.json");
      assertThat(new String(store.read(task.path() + "/" + Manifest.RESTORE_NAME)))
          .contains(done.result().sha256());
    }
  }

  @Test
  void runnerKilledIsSettledByAnother() throws Exception {
    var task = backup(big(), RunnerFixture.s3Storage());
    try (var hold = fixture.holdLargeObjects(MAJOR, "big")) {
      var started = startAndAwaitBytes(task);
      DockerCli.must("kill", started.container());
      assertThat(fixture.unfinishedUploads()).isEqualTo(1);
    }

    var settle = new Task.Settle(task.uid(), task.storage(), List.of(), task.path());
    fixture.run(settle, "").failed(Reason.RESULT_LOST);

    assertThat(fixture.objects(task)).isEmpty();
  }

  @Test
  void settlesACompleteBackupAndRemovesIt() throws Exception {
    var task = backup(big(), RunnerFixture.s3Storage());
    var done = fixture.run(task, PASSWORD).succeeded();

    var settle = new Task.Settle(task.uid(), task.storage(), List.of(), task.path());
    var settled = fixture.run(settle, "").succeeded();
    assertThat(settled.result().sha256()).isEqualTo(done.result().sha256());
    assertThat(settled.result().sizeBytes()).isEqualTo(done.result().sizeBytes());

    try (var store = fixture.hostStore(task.storage())) {
      var log = store.read(task.path() + "/1/log.txt");
      log[0]++;
      store.put(task.path() + "/1/log.txt", log);
    }
    fixture.run(settle, "").failed(Reason.CHECKSUM_MISMATCH);

    fixture
        .run(new Task.Delete(task.uid(), task.storage(), List.of(), task.path()), "")
        .succeeded();
    assertThat(fixture.objects(task)).isEmpty();
  }
}
