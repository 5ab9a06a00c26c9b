package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Encryption;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreErrors;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus.Restored;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Report;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.contract.TaskStepsBuilder;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.runner.RunnerFixture.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several jobs restore at once, also into a server that does not know all that pg_restore sends.
 */
@Tag("host")
class ParallelRestoreIT {
  private static final int MAJOR = 18;

  /** Before 17, which brought transaction_timeout. */
  private static final int OLDER = 16;

  private static final int JOBS = 4;
  private static final String PASSWORD = "shop-password";

  private static final Pattern INDEXES =
      Pattern.compile("\"currentObject\":\"INDEX t[0-3]_slow_idx and 3 more\"");

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static String identity;
  private static Task.Backup custom;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.s3();
    for (int major : List.of(MAJOR, OLDER)) {
      fixture.server(major);
      fixture.sql(
          major,
          "postgres",
          "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
          "CREATE ROLE narrow LOGIN CREATEDB CONNECTION LIMIT 4 PASSWORD '" + PASSWORD + "'");
    }
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE shop OWNER shop");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      SampleDatabase.fill(session, 20_000);
    }
    custom = encrypted();
  }

  private static Task.Backup encrypted() throws Exception {
    var age =
        fixture
            .docker()
            .start(
                "age",
                List.of(
                    "--user=0",
                    "-v=" + scratch + ":/work",
                    "--entrypoint=sleep",
                    "pgcask-dev-servers",
                    "3600"));
    var recipient =
        DockerCli.must(
                "exec",
                age,
                "bash",
                "-c",
                "age-keygen -o /work/key 2>/dev/null && chmod a+r /work/key && age-keygen -y /work/key")
            .strip();
    identity = Files.readString(scratch.resolve("key"));
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(MAJOR, "shop", "shop"),
            BackupSpecBuilder.builder()
                .format(DumpFormat.CUSTOM)
                .compression(new Compression(Method.NONE, null))
                .encryption(new Encryption(new Encryption.Age(List.of(recipient), null)))
                .build(),
            RunnerFixture.s3Storage());
    fixture.run(task, PASSWORD).succeeded();
    return task;
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Task.Backup dump(String database, DumpFormat format) throws Exception {
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(MAJOR, database, "shop"), format, null, RunnerFixture.volumeStorage());
    fixture.run(task, PASSWORD).succeeded();
    return task;
  }

  private static Task.Restore restore(
      int major, String database, String user, Task.Backup from, RestoreChoiceBuilder choice) {
    return TaskRestoreBuilder.builder(
            RunnerFixture.restore(
                RunnerFixture.at(major, database, user),
                RestoreMode.CREATE_NEW,
                from.storage(),
                from.path()))
        .choice(choice.jobs(JOBS).build())
        .build();
  }

  private static Task.Restore restore(int major, String database, Task.Backup from) {
    return restore(major, database, "shop", from, RestoreChoiceBuilder.builder());
  }

  private static Run run(Task.Restore task) throws Exception {
    return fixture.run(task, PASSWORD, Map.of("encryption/" + Mounts.IDENTITY, identity));
  }

  private static boolean exists(int major, String database) throws Exception {
    try (var session =
        fixture.session(major, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      return ServerFacts.databaseExists(session, database);
    }
  }

  private static List<Report.Progressed> progress(Run run) throws IOException {
    var progress = new ArrayList<Report.Progressed>();
    for (var line : run.log().lines().filter(line -> line.startsWith("{")).toList()) {
      if (fixture.json().read(line.getBytes(StandardCharsets.UTF_8), Report.class)
          instanceof Report.Progressed progressed) {
        progress.add(progressed);
      }
    }
    return progress;
  }

  @ParameterizedTest
  @ValueSource(ints = {MAJOR, OLDER})
  void bringsEverythingBackAndSaysHowFarItIs(int target) throws Exception {
    for (var backup : List.of(custom, dump("shop", DumpFormat.DIRECTORY))) {
      var database = "whole_" + UUID.randomUUID().toString().substring(0, 8);

      var run = run(restore(target, database, backup)).succeeded();

      try (var original = fixture.session(MAJOR, "shop", "shop", PASSWORD);
          var copy = fixture.session(target, database, "shop", PASSWORD)) {
        assertThat(SampleDatabase.fingerprint(copy))
            .isEqualTo(SampleDatabase.fingerprint(original));
      }
      assertThat(run.result().errorCount()).isZero();
      assertThat(run.log())
          .contains("\"check\":\"scratch\",\"result\":\"Passed\"")
          .contains("\"check\":\"hash\",\"result\":\"Passed\"")
          .doesNotContain("\"report\":\"error\"", "creating TABLE", "launching item");
      assertThat(run.log().contains("are left out of account")).isEqualTo(target == OLDER);
      var progress = progress(run);
      assertThat(progress).extracting(Report.Progressed::percent).doesNotContain(100);
      assertThat(progress.stream().map(Report.Progressed::percent).filter(p -> p != null))
          .isSorted()
          .endsWith(99);
      assertThat(progress.getLast().entries()).isGreaterThan(15);
      assertThat(progress.getLast().entriesDone()).isEqualTo(progress.getLast().entries());
      assertThat(progress.getLast().bytesRead())
          .isEqualTo(
              fixture.manifest(backup).dumpOf("shop").stream()
                  .mapToLong(file -> file.storedBytes())
                  .sum());
    }
  }

  @Test
  void oneJobSaysHowFarItIsToo() throws Exception {
    for (int target : List.of(MAJOR, OLDER)) {
      var one =
          TaskRestoreBuilder.builder(restore(target, "one", custom))
              .choice(RestoreChoice.EVERYTHING)
              .build();

      var last = progress(run(one).succeeded()).getLast();

      assertThat(last.entries()).isGreaterThan(15);
      assertThat(last.entriesDone()).isEqualTo(last.entries());
      assertThat(last.percent()).isEqualTo(99);
    }
  }

  @Test
  void bringsAPart() throws Exception {
    var from = dump("shop", DumpFormat.DIRECTORY);
    var choice =
        RestoreChoiceBuilder.builder()
            .include(RestoreNamesBuilder.builder().tables(List.of("public.p*")).build());

    var run = run(restore(OLDER, "part", "shop", from, choice)).succeeded();

    try (var copy = fixture.session(OLDER, "part", "shop", PASSWORD)) {
      assertThat(SampleDatabase.rowsOf(copy, "public.p")).startsWith("2 ");
    }
    assertThat(progress(run).getLast().entries()).isLessThan(15);
  }

  @Test
  void everyOtherErrorCounts() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE ROLE gone", "CREATE DATABASE granted OWNER shop");
    fixture.sql(
        MAJOR,
        "granted",
        "SET ROLE shop; CREATE TABLE t (i int); GRANT SELECT ON t TO gone; CREATE TABLE u (i int)");
    var backup = dump("granted", DumpFormat.CUSTOM);
    fixture.sql(MAJOR, "granted", "REVOKE SELECT ON t FROM gone");
    fixture.sql(MAJOR, "postgres", "DROP ROLE gone");

    for (int target : List.of(MAJOR, OLDER)) {
      var run = run(restore(target, "erring", backup)).failed(Reason.RESTORE_FAILED);

      assertThat(run.result().errorCount()).as(run.log()).isEqualTo(1);
      assertThat(run.result().message())
          .contains("1 errors; ", "role \"gone\" does not exist", "is not a whole copy");
      assertThat(run.log()).contains("\"report\":\"error\"");
      assertThat(run.log().lines().filter(line -> line.contains("\"report\":\"error\"")))
          .noneMatch(line -> line.contains("transaction_timeout"));

      var accepting =
          TaskRestoreBuilder.builder(restore(target, "accepted", backup))
              .steps(TaskStepsBuilder.builder().errors(RestoreErrors.ACCEPT).build())
              .build();
      var accepted = run(accepting).succeeded().result();
      assertThat(accepted.reason()).isEqualTo(Reason.COMPLETED_WITH_WARNINGS);
      assertThat(accepted.errorCount()).isEqualTo(1);
      assertThat(accepted.restored()).isEqualTo(new Restored(2, 0L, 0));
    }
  }

  @Test
  void endsItsSessionsWhenItIsStopped() throws Exception {
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE lazy OWNER shop");
    fixture.sql(
        MAJOR,
        "lazy",
        """
        SET ROLE shop;
        CREATE FUNCTION public.slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
          IF current_database() <> 'lazy' THEN PERFORM pg_catalog.pg_sleep(600); END IF;
          RETURN i;
        END $$;
        """);
    for (int i = 0; i < JOBS; i++) {
      fixture.sql(
          MAJOR,
          "lazy",
          """
          SET ROLE shop; CREATE TABLE t%1$d (i int); INSERT INTO t%1$d VALUES (1);
          CREATE INDEX ON t%1$d (public.slow(i));
          """
              .formatted(i));
    }
    var started =
        fixture.start(restore(MAJOR, "stopped", dump("lazy", DumpFormat.CUSTOM)), PASSWORD);
    await().until(() -> sessions("CREATE INDEX") == JOBS);
    await().until(() -> INDEXES.matcher(started.log()).find());

    DockerCli.must("stop", "--time", "60", started.container());

    // an index that is being built does not notice by itself that nobody waits for it
    await().until(() -> sessions("") == 0);
    started.end().failed(Reason.CANCELLED);
  }

  /** How many sessions of runners do something that begins like this. */
  private static long sessions(String query) throws Exception {
    try (var session =
            fixture.session(MAJOR, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD);
        var statement =
            session.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgcask/%'"
                    + " AND datname = 'stopped' AND query LIKE ?")) {
      statement.setString(1, query + "%");
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    var tar =
        run(restore(MAJOR, "no", dump("shop", DumpFormat.TAR))).failed(Reason.INVALID_OPTIONS);
    assertThat(tar.result().message()).contains("this one has Tar: leave out jobs");
    var plain =
        run(restore(MAJOR, "no", dump("shop", DumpFormat.PLAIN))).failed(Reason.INVALID_OPTIONS);
    assertThat(plain.result().message()).contains("leave out jobs");

    var narrow =
        run(restore(MAJOR, "no", "narrow", custom, RestoreChoiceBuilder.builder()))
            .failed(Reason.TOO_MANY_CONNECTIONS);
    assertThat(narrow.result().message()).contains("3 free connections", "5 are needed");

    var limited =
        run(restore(
                MAJOR, "no", "shop", custom, RestoreChoiceBuilder.builder().scratchBytes(1000L)))
            .failed(Reason.INVALID_OPTIONS);
    assertThat(limited.result().message())
        .contains("there are 1000: set pod.scratch.sizeLimit to more");
    var small = "--tmpfs=" + Mounts.SCRATCH + ":size=1m,mode=1777";
    var full =
        fixture
            .start(
                restore(MAJOR, "no", custom),
                PASSWORD,
                Map.of("encryption/" + Mounts.IDENTITY, identity),
                small)
            .end()
            .failed(Reason.INVALID_OPTIONS);
    assertThat(full.log()).contains("\"check\":\"scratch\",\"result\":\"Failed\"");
    assertThat(exists(MAJOR, "no")).isFalse();
  }

  @Test
  void writesNothingOfADamagedDump() throws Exception {
    var path = "copies/" + UUID.randomUUID();
    try (var store = fixture.hostStore(custom.storage())) {
      for (var object : fixture.objects(custom)) {
        var bytes = store.read(custom.path() + "/" + object);
        if (object.startsWith("1/shop.dump")) {
          bytes[bytes.length - bytes.length / 3] ^= 1;
        }
        store.put(path + "/" + object, bytes);
      }
    }

    var run =
        run(TaskRestoreBuilder.builder(restore(MAJOR, "damaged", custom)).path(path).build())
            .failed(Reason.CHECKSUM_MISMATCH);

    assertThat(run.result().message()).endsWith("nothing was written");
    assertThat(exists(MAJOR, "damaged")).isFalse();
  }
}
