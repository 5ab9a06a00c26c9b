package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.ConfigMapKeyRef;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreErrors;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus.Restored;
import io.pgcask.api.v1alpha1.SqlSource;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.contract.TaskStepsBuilder;
import io.pgcask.postgres.ServerFacts;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done around a load, what is said of it, and which errors of it may be accepted. */
@Tag("host")
class RestoreStepsIT {
  private static final int MAJOR = 17;
  private static final int OLD = 14;
  private static final String PASSWORD = "shop-password";
  private static final SqlSource BEFORE =
      new SqlSource(new ConfigMapKeyRef("shop-sql", "before.sql"));
  private static final SqlSource AFTER =
      new SqlSource(new ConfigMapKeyRef("shop-sql", "after.sql"));
  private static final Task.Steps ACCEPT =
      TaskStepsBuilder.builder().errors(RestoreErrors.ACCEPT).build();

  /** What {@link #fill} makes. */
  private static final Restored ALL = new Restored(5, 507L, 4);

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static Task.Backup custom;
  private static Task.Backup directory;
  private static Task.Backup plain;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.server(MAJOR);
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
        "CREATE ROLE maker LOGIN CREATEDB CREATEROLE IN ROLE shop PASSWORD '" + PASSWORD + "'",
        "CREATE ROLE keeper",
        "CREATE ROLE reader",
        "CREATE ROLE clerk",
        "CREATE DATABASE shop OWNER shop");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      fill(session);
    }
    fixture.sql(
        MAJOR, "shop", "ALTER SCHEMA k OWNER TO keeper", "ALTER TABLE k.orders OWNER TO keeper");
    custom = dump(DumpFormat.CUSTOM);
    directory = dump(DumpFormat.DIRECTORY);
    plain = dump(DumpFormat.PLAIN);
    fixture.sql(
        MAJOR,
        "postgres",
        "DROP DATABASE shop",
        "DROP ROLE keeper",
        "DROP ROLE reader",
        "DROP ROLE clerk");
  }

  /** The index of the gate is not made in a database whose name begins with gated. */
  private static void fill(Connection session) throws Exception {
    try (var statement = session.createStatement()) {
      for (var sql :
          List.of(
              "CREATE SCHEMA k",
              "CREATE SCHEMA s",
              "CREATE TABLE k.orders (id int PRIMARY KEY, n int)",
              "CREATE INDEX orders_n ON k.orders (n)",
              "INSERT INTO k.orders SELECT g, g % 7 FROM generate_series(1, 500) g",
              "CREATE TABLE s.notes (what text UNIQUE)",
              "INSERT INTO s.notes VALUES ('a'), ('b'), ('c')",
              "GRANT SELECT ON s.notes TO reader",
              "CREATE POLICY partly ON s.notes TO clerk USING (what <> 'c')",
              "CREATE TABLE s.p (k int) PARTITION BY LIST (k)",
              "CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES IN (1)",
              "INSERT INTO s.p VALUES (1), (1), (1)",
              "CREATE FUNCTION s.gate(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN"
                  + " WHILE current_database() LIKE 'gated%' LOOP PERFORM pg_sleep(0.1); END LOOP;"
                  + " RETURN i; END $$",
              "CREATE TABLE s.gate (i int)",
              "INSERT INTO s.gate VALUES (1)",
              "CREATE INDEX gate_i ON s.gate (s.gate(i))")) {
        statement.execute(sql);
      }
    }
  }

  private static Task.Backup dump(DumpFormat format) throws Exception {
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(MAJOR, "shop", "postgres"),
            format,
            null,
            RunnerFixture.volumeStorage());
    fixture.run(task, RunnerFixture.ADMIN_PASSWORD).succeeded();
    return task;
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static String newName(String prefix) {
    return prefix + "_" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static Task.Restore task(
      int major, String database, String user, RestoreMode mode, String path, Task.Steps steps) {
    var bounds =
        mode == RestoreMode.CLEAN || mode == RestoreMode.REPLACE
            ? ExistingDatabases.IN_TIME
            : Task.Bounds.NONE;
    return TaskRestoreBuilder.builder(
            RunnerFixture.restore(
                RunnerFixture.at(major, database, user),
                mode,
                bounds,
                RunnerFixture.volumeStorage(),
                path))
        .steps(steps)
        .build();
  }

  private static Task.Restore create(String database, Task.Backup from, Task.Steps steps) {
    return task(MAJOR, database, "shop", RestoreMode.CREATE_NEW, from.path(), steps);
  }

  private static RunnerFixture.Run run(Task.Restore task) throws Exception {
    return fixture.run(task, PASSWORD);
  }

  private static RunnerFixture.Run run(Task.Restore task, String before, String after)
      throws Exception {
    return fixture.run(
        task, PASSWORD, Map.of("sql/" + Mounts.PRE_SQL, before, "sql/" + Mounts.POST_SQL, after));
  }

  private static List<String> values(int major, String database, String query) throws Exception {
    try (var session = fixture.session(major, database, "postgres", RunnerFixture.ADMIN_PASSWORD);
        var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    }
  }

  private static boolean exists(String database) throws Exception {
    try (var session =
        fixture.session(MAJOR, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      return ServerFacts.databaseExists(session, database);
    }
  }

  private static RestoreChoice withRoles() {
    return RestoreChoiceBuilder.builder()
        .options(RestoreOptionsBuilder.builder().createMissingRoles(true).build())
        .build();
  }

  // --- errors ---

  @ParameterizedTest
  @EnumSource(
      value = DumpFormat.class,
      names = {"CUSTOM", "DIRECTORY"})
  void errorsAreAcceptedOnlyIfAskedForAndNeverHidden(DumpFormat format) throws Exception {
    var backup = format == DumpFormat.CUSTOM ? custom : directory;
    var refused = run(create(newName("refused"), backup, Task.Steps.NONE));
    refused.failed(Reason.RESTORE_FAILED);
    assertThat(refused.result().restored()).isNull();
    assertThat(refused.log())
        .contains(
            "role keeper does not exist: what it owns will fail; create it, or set"
                + " options.createMissingRoles, or set options.noOwner",
            "role reader does not exist: what it has rights on will fail; create it, or set"
                + " options.createMissingRoles, or set options.noPrivileges",
            "role clerk does not exist: what it has policies or user mappings for will fail; create"
                + " it, or set options.createMissingRoles");

    var database = newName("accepted");
    var run = run(create(database, backup, ACCEPT)).succeeded();

    assertThat(run.result().reason()).isEqualTo(Reason.COMPLETED_WITH_WARNINGS);
    assertThat(run.result().errorCount()).isEqualTo(4);
    assertThat(run.result().restored()).as("owners and rights aside").isEqualTo(ALL);
    assertThat(run.log())
        .containsPattern(
            "TOC entry [0-9]+; [0-9]+ [0-9]+ TABLE orders keeper: could not execute query: ERROR: "
                + " role .{1,3}keeper.{1,3} does not exist")
        .containsPattern("TOC entry [0-9]+; [0-9]+ [0-9]+ ACL TABLE notes shop: could not")
        .containsPattern("TOC entry [0-9]+; [0-9]+ [0-9]+ POLICY notes partly shop: could not");
    assertThat(values(MAJOR, database, "SELECT count(*) FROM k.orders")).containsExactly("500");
  }

  @Test
  void aTableWithoutItsRowsIsNotCounted() throws Exception {
    var database = newName("rows");
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE " + database + " OWNER shop");
    run(TaskRestoreBuilder.builder(
                task(MAJOR, database, "shop", RestoreMode.INTO_EMPTY, custom.path(), ACCEPT))
            .choice(RestoreChoiceBuilder.builder().content(DumpContent.SCHEMA_ONLY).build())
            .build())
        .succeeded();
    fixture.sql(MAJOR, database, "ALTER TABLE k.orders ADD CHECK (id < 400)");

    var run =
        run(TaskRestoreBuilder.builder(
                    task(MAJOR, database, "shop", RestoreMode.INTO_EMPTY, custom.path(), ACCEPT))
                .choice(RestoreChoiceBuilder.builder().content(DumpContent.DATA_ONLY).build())
                .build())
            .succeeded();

    assertThat(run.result().reason()).isEqualTo(Reason.COMPLETED_WITH_WARNINGS);
    assertThat(run.result().errorCount()).isEqualTo(1);
    assertThat(run.result().restored()).isEqualTo(new Restored(3, 7L, 0));
    assertThat(run.log()).contains("TABLE DATA orders").doesNotContain("Failing row");
  }

  @Test
  void damageIsNeverAccepted() throws Exception {
    // When a bit of it is another one than when it was written
    var flipped = "copies/" + UUID.randomUUID();
    try (var store = fixture.hostStore(custom.storage())) {
      for (var object : fixture.objects(custom)) {
        var bytes = store.read(custom.path() + "/" + object);
        if (object.endsWith(".dump")) {
          bytes[bytes.length - 20] ^= 1;
        }
        store.put(flipped + "/" + object, bytes);
      }
      // and when it was written as it is, and ends too soon
      var whole = store.read(custom.path() + "/1/shop.dump");
      var half =
          MadeBackup.of(fixture, custom, Method.ZSTD, Arrays.copyOf(whole, whole.length - 700));
      fixture.shareVolume();

      // Then
      run(task(MAJOR, newName("flipped"), "shop", RestoreMode.CREATE_NEW, flipped, ACCEPT))
          .failed(Reason.CHECKSUM_MISMATCH);
      var run = run(task(MAJOR, newName("half"), "shop", RestoreMode.CREATE_NEW, half, ACCEPT));
      assertThat(run.failed(Reason.RESTORE_FAILED).result().message())
          .contains("is not a whole copy");
    }
  }

  @Test
  void neitherIsAToolThatDidNotComeToItsEnd() throws Exception {
    var lost = gated();
    var killed = gated();
    var stopped = gated();

    // When the server ends the session, the program is killed, or the restore is stopped
    fixture.sql(
        MAJOR,
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX gate%'"
            + " AND datname = '%s'".formatted(lost.database()));
    killed.started().signal("pg_restore", "KILL");
    DockerCli.must("stop", "--time", "60", stopped.started().container());

    // Then
    assertThat(lost.started().end().failed(Reason.RESTORE_FAILED).result().message())
        .contains("the connection was lost", "is not a whole copy");
    assertThat(killed.started().end().failed(Reason.RESTORE_FAILED).result().message())
        .contains("pg_restore was killed by signal 9");
    stopped.started().end().failed(Reason.CANCELLED);
  }

  private record Gated(String database, RunnerFixture.Started started) {}

  /** A restore that has come to the gate, behind the first of its errors. */
  private static Gated gated() throws Exception {
    var database = newName("gated");
    var started = fixture.start(create(database, custom, ACCEPT), PASSWORD);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        values(
                            MAJOR,
                            "postgres",
                            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX gate%'"
                                + " AND state = 'active' AND datname = '%s'".formatted(database)))
                    .as(started.log())
                    .isNotEmpty());
    return new Gated(database, started);
  }

  @Test
  void sqlThatStopsAtTheFirstErrorIsRefused() throws Exception {
    var database = newName("plain");
    var task = TaskRestoreBuilder.builder(create(database, plain, ACCEPT)).choice(withRoles());

    var run = run(task.build()).failed(Reason.INVALID_OPTIONS);

    assertThat(run.log())
        .contains("leave out options.createMissingRoles", "leave out errors Accept");
    assertThat(exists(database)).isFalse();
  }

  @Test
  void severalTransactionsKeepWhatWasCommitted() throws Exception {
    var database = newName("transactions");
    var choice =
        RestoreChoiceBuilder.builder()
            .options(RestoreOptionsBuilder.builder().transactionSize(4).noOwner(true).build())
            .build();

    var run =
        run(TaskRestoreBuilder.builder(create(database, custom, Task.Steps.NONE))
                .choice(choice)
                .build())
            .failed(Reason.RESTORE_FAILED);

    assertThat(run.result().errorCount()).as("the first ends it").isEqualTo(1);
    assertThat(values(MAJOR, database, "SELECT count(*) FROM k.orders")).containsExactly("500");
  }

  // --- roles ---

  @Test
  void missingRolesAreCreatedWithoutLoginByWhoMay() throws Exception {
    var database = newName("roles");
    var task =
        TaskRestoreBuilder.builder(create(database, custom, Task.Steps.NONE)).choice(withRoles());
    var run = run(task.build()).failed(Reason.PERMISSION_DENIED);
    assertThat(run.result().message())
        .contains("may not create roles", "clerk, keeper, reader", "give it CREATEROLE");
    assertThat(exists(database)).isFalse();

    run = run(task.server(RunnerFixture.at(MAJOR, database, "maker")).build()).succeeded();

    assertThat(run.result().reason()).isEqualTo(Reason.COMPLETED);
    assertThat(run.result().restored()).isEqualTo(ALL);
    assertThat(run.log()).contains("these roles are created, without login: clerk, keeper, reader");
    var roles =
        "SELECT rolname FROM pg_roles WHERE NOT rolcanlogin AND rolname IN ('clerk', 'keeper', 'reader') ORDER BY 1";
    assertThat(values(MAJOR, database, roles)).containsExactly("clerk", "keeper", "reader");
    assertThat(
            values(MAJOR, database, "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"))
        .containsExactly("keeper");
    fixture.sql(
        MAJOR,
        "postgres",
        "DROP DATABASE " + database,
        "DROP ROLE keeper",
        "DROP ROLE reader",
        "DROP ROLE clerk");
  }

  @Test
  void whatAnOlderServerDoesNotKnowIsNoError() throws Exception {
    fixture.server(OLD);
    fixture.sql(
        OLD, "postgres", "CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD '" + PASSWORD + "'");
    var task =
        TaskRestoreBuilder.builder(
                task(OLD, "older", "maker", RestoreMode.CREATE_NEW, directory.path(), ACCEPT))
            .choice(withRoles())
            .build();

    var run = run(task).succeeded();

    assertThat(run.result().reason()).as(run.log()).isEqualTo(Reason.COMPLETED);
    assertThat(run.result().errorCount()).isZero();
    assertThat(run.result().restored()).isEqualTo(new Restored(5, null, 4));
    assertThat(values(OLD, "older", "SELECT count(*) FROM k.orders")).containsExactly("500");
  }

  // --- SQL and statistics ---

  private static Task.Steps around(boolean analyze) {
    return new Task.Steps(RestoreErrors.ACCEPT, BEFORE, AFTER, analyze);
  }

  private static final String MAKE =
      "CREATE TABLE calls AS SELECT 'before: ' || coalesce(to_regclass('k.orders')::text, 'none') AS what;";
  private static final String CALL =
      "INSERT INTO calls SELECT 'after: ' || count(*) FROM k.orders;"
          + " DELETE FROM k.orders WHERE id > 400;";
  private static final String CALLS = "SELECT what FROM calls ORDER BY what DESC";
  private static final String ANALYZED =
      "SELECT sum(analyze_count) FROM pg_stat_user_tables WHERE relname IN ('orders', 'p1')";

  @Test
  void sqlIsRunRightBeforeAndAfterTheLoadAndThenStatisticsAreGathered() throws Exception {
    var database = newName("around");

    var run = run(create(database, custom, around(true)), MAKE, CALL).succeeded();

    assertThat(values(MAJOR, database, CALLS)).containsExactly("before: none", "after: 500");
    assertThat(run.result().restored()).as("by the load").isEqualTo(ALL);
    assertThat(values(MAJOR, database, ANALYZED)).as("in three stages").containsExactly("6");
    assertThat(values(MAJOR, database, "SELECT reltuples FROM pg_class WHERE relname = 'orders'"))
        .as("as postSql left it")
        .containsExactly("400");
    assertThat(values(MAJOR, database, "SELECT tablename FROM pg_stats WHERE tablename = 'p'"))
        .as("of the whole of the partitions")
        .containsExactly("p");

    var without = newName("around");
    run(create(without, custom, ACCEPT)).succeeded();
    assertThat(values(MAJOR, without, ANALYZED)).containsExactly("0");
  }

  @Test
  void sqlThatFailsFailsTheRestore() throws Exception {
    var database = newName("before");
    var run = run(create(database, custom, around(true)), "SELECT 'S3CR3T'::int", CALL);
    assertThat(run.failed(Reason.SQL_FAILED).result().message())
        .startsWith("preSql (key before.sql of ConfigMap shop-sql) failed: ERROR:")
        .endsWith("; nothing was loaded");
    assertThat(run.log() + run.result()).doesNotContain("S3CR3T");
    assertThat(values(MAJOR, database, "SELECT relname FROM pg_class WHERE relname = 'notes'"))
        .isEmpty();

    run = run(create(newName("after"), custom, around(true)), MAKE, "SELECT 1/0");
    assertThat(run.failed(Reason.SQL_FAILED).result().message())
        .isEqualTo(
            "postSql (key after.sql of ConfigMap shop-sql) failed: ERROR: division by zero; the load"
                + " was done before");
  }

  @Test
  void sqlWorksInTheDatabaseThatTakesThePlaceOfAnother() throws Exception {
    var database = newName("replaced");
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE " + database + " OWNER maker");
    fixture.sql(MAJOR, database, "CREATE TABLE old (i int)");
    var steps = new Task.Steps(RestoreErrors.FAIL, BEFORE, AFTER, true);
    var task =
        TaskRestoreBuilder.builder(
                task(MAJOR, database, "maker", RestoreMode.REPLACE, custom.path(), steps))
            .choice(
                RestoreChoiceBuilder.builder()
                    .options(
                        RestoreOptionsBuilder.builder()
                            .createMissingRoles(true)
                            .noOwner(true)
                            .build())
                    .build())
            .build();

    // When it fails, then nothing has happened
    var run = run(task, MAKE, "SELECT 1/0").failed(Reason.SQL_FAILED);
    assertThat(run.result().message()).endsWith("database %s is as it was".formatted(database));
    assertThat(values(MAJOR, database, "SELECT relname FROM pg_class WHERE relname = 'old'"))
        .containsExactly("old");

    // When it does not, then all of it is there before the names change
    run = run(task, MAKE, CALL).succeeded();
    assertThat(run.result().restored()).isEqualTo(ALL);
    assertThat(values(MAJOR, database, CALLS)).containsExactly("before: none", "after: 500");
    assertThat(values(MAJOR, database, ANALYZED)).containsExactly("6");

    // When it is cleaned, then what comes after comes once more
    var clean =
        TaskRestoreBuilder.builder(task)
            .mode(RestoreMode.CLEAN)
            .steps(new Task.Steps(RestoreErrors.FAIL, null, AFTER, true))
            .build();
    assertThat(run(clean, "", CALL).succeeded().result().restored()).isEqualTo(ALL);
    assertThat(values(MAJOR, database, CALLS))
        .containsExactly("before: none", "after: 500", "after: 500");
    fixture.sql(
        MAJOR, "postgres", "DROP DATABASE " + database, "DROP ROLE reader", "DROP ROLE clerk");
  }

  @Test
  void statisticsOfTheBackupAreNotReplacedByRoughOnes() throws Exception {
    var newest = 18;
    fixture.server(newest);
    fixture.sql(
        newest,
        "postgres",
        "CREATE TABLE t AS SELECT g AS i FROM generate_series(1, 1000) g",
        "ANALYZE t");
    var backup =
        RunnerFixture.backup(
            RunnerFixture.at(newest, "postgres", "postgres"),
            BackupSpecBuilder.builder()
                .options(DumpOptionsBuilder.builder().statistics(true).build())
                .build(),
            RunnerFixture.volumeStorage());
    fixture.run(backup, RunnerFixture.ADMIN_PASSWORD).succeeded();
    var steps = TaskStepsBuilder.builder().analyze(true).build();

    var run =
        fixture.run(
            task(newest, "copy", "postgres", RestoreMode.CREATE_NEW, backup.path(), steps),
            RunnerFixture.ADMIN_PASSWORD);

    assertThat(run.succeeded().result().restored()).isEqualTo(new Restored(1, 1000L, 0));
    assertThat(values(newest, "copy", "SELECT analyze_count FROM pg_stat_user_tables"))
        .containsExactly("1");
  }
}
