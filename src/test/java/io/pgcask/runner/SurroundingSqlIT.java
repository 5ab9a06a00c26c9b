package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.ConfigMapKeyRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.SqlSource;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskBackupBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL before and after a dump: when it is run, how, and what happens when it fails. */
@Tag("host")
class SurroundingSqlIT {
  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";
  private static final String BEFORE = "INSERT INTO calls (what) VALUES ('before');\n";
  private static final String AFTER = "INSERT INTO calls (what) VALUES ('after');\n";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.server(MAJOR);
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE shop OWNER shop");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD);
        var statement = session.createStatement()) {
      statement.execute(
          "CREATE TABLE calls (n int GENERATED ALWAYS AS IDENTITY, what text,"
              + " who text DEFAULT current_user, xid xid8 DEFAULT pg_current_xact_id())");
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void nothingWasCalled() throws Exception {
    fixture.sql(MAJOR, "shop", "TRUNCATE calls");
  }

  private static BackupSpec spec() {
    return BackupSpecBuilder.builder()
        .preSql(new SqlSource(new ConfigMapKeyRef("shop-sql", "before.sql")))
        .postSql(new SqlSource(new ConfigMapKeyRef("shop-sql", "after.sql")))
        .build();
  }

  private static Task.Backup backup(BackupSpec spec) {
    return RunnerFixture.backup(
        RunnerFixture.at(MAJOR, "shop", "shop"), spec, RunnerFixture.volumeStorage());
  }

  private static RunnerFixture.Run run(Task.Backup task, String before, String after)
      throws Exception {
    var files = new HashMap<String, String>();
    files.put("sql/" + Mounts.PRE_SQL, before);
    files.put("sql/" + Mounts.POST_SQL, after);
    return fixture.run(task, PASSWORD, Map.copyOf(files));
  }

  private static List<String> calls(String database) throws Exception {
    try (var session = fixture.session(MAJOR, database, "shop", PASSWORD);
        var statement = session.createStatement();
        var rows = statement.executeQuery("SELECT what FROM calls ORDER BY n")) {
      var calls = new ArrayList<String>();
      while (rows.next()) {
        calls.add(rows.getString(1));
      }
      return calls;
    }
  }

  private static void assertNothingStored(Task task, RunnerFixture.Run run) throws Exception {
    assertThat(run.result().clean()).isTrue();
    assertThat(fixture.objects(task)).isEmpty();
  }

  @Test
  void isRunBeforeTheSnapshotAndAfterTheDump() throws Exception {
    var task = backup(spec());

    run(task, BEFORE, AFTER).succeeded();

    assertThat(calls("shop")).containsExactly("before", "after");
    var target = "restored_sql";
    fixture
        .run(
            RunnerFixture.restore(
                RunnerFixture.at(MAJOR, target, "shop"),
                RestoreMode.CREATE_NEW,
                task.storage(),
                task.path()),
            PASSWORD)
        .succeeded();
    assertThat(calls(target)).as("what the dump shows").containsExactly("before");
    fixture.sql(MAJOR, "postgres", "DROP DATABASE " + target);
  }

  @Test
  void severalStatementsAreOneTransactionAndOneAloneIsInNone() throws Exception {
    run(backup(spec()), BEFORE + BEFORE, "-- alone\nVACUUM calls;\n").succeeded();

    assertThat(calls("shop")).containsExactly("before", "before");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD);
        var statement = session.createStatement();
        var row =
            statement.executeQuery("SELECT count(DISTINCT xid), min(who), max(who) FROM calls")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(1);
      assertThat(List.of(row.getString(2), row.getString(3))).containsOnly("shop");
    }
  }

  @Test
  void failingBeforeTheDumpLeavesNothingAndNothingComesAfter() throws Exception {
    var task = backup(spec());

    var run = run(task, BEFORE + "SELECT 'S3CR3T'::int;\n", AFTER).failed(Reason.SQL_FAILED);

    assertThat(run.result().message())
        .startsWith("preSql (key before.sql of ConfigMap shop-sql) failed: ERROR:")
        .endsWith("(line 2)");
    assertThat(run.log() + run.result()).doesNotContain("S3CR3T");
    assertNothingStored(task, run);
    assertThat(calls("shop")).isEmpty();
  }

  @Test
  void failingAfterTheDumpRemovesIt() throws Exception {
    var task = backup(spec());

    var run = run(task, BEFORE, "SELECT 1/0").failed(Reason.SQL_FAILED);

    assertThat(run.result().message())
        .isEqualTo("postSql (key after.sql of ConfigMap shop-sql) failed: ERROR: division by zero");
    assertNothingStored(task, run);
    assertThat(calls("shop")).containsExactly("before");
  }

  @Test
  void isRunAfterADumpThatFailed() throws Exception {
    fixture.sql(MAJOR, "shop", "CREATE TABLE secret (i int)");
    try {
      var task = backup(spec());

      var run = run(task, BEFORE, AFTER).failed(Reason.PERMISSION_DENIED);

      assertNothingStored(task, run);
      assertThat(calls("shop")).containsExactly("before", "after");

      // When that fails as well, then the reason is still the dump's
      run = run(backup(spec()), BEFORE, "SELECT 1/0").failed(Reason.PERMISSION_DENIED);
      assertThat(run.log()).contains("postSql (key after.sql of ConfigMap shop-sql) failed");
    } finally {
      fixture.sql(MAJOR, "shop", "DROP TABLE secret");
    }
  }

  @Test
  void aTransactionThatIsLeftOpenIsNoSuccess() throws Exception {
    var run = run(backup(spec()), "BEGIN;\n" + BEFORE, AFTER).failed(Reason.SQL_FAILED);

    assertThat(run.result().message()).contains("leaves a transaction open");
    assertThat(calls("shop")).isEmpty();
  }

  @Test
  void hasAnEnd() throws Exception {
    var task = TaskBackupBuilder.builder(backup(spec())).stallTimeoutSeconds(3).build();

    var run = run(task, BEFORE + "SELECT pg_sleep(600);", AFTER).failed(Reason.SQL_FAILED);

    assertThat(run.result().message()).contains("canceling statement");
    assertThat(calls("shop")).isEmpty();
  }

  @Test
  void isNotTooLargeAndNeitherIsWhatItReturns() throws Exception {
    var large = "-- " + "x".repeat(SqlSource.MAX_BYTES) + "\n";
    var run = run(backup(spec()), large, AFTER).failed(Reason.SQL_FAILED);
    assertThat(run.result().message()).endsWith("65540 bytes; 65536 are the most");

    var rows = "SELECT repeat('x', 1000) FROM generate_series(1, 100000)";
    run(backup(spec()), rows, AFTER).failed(Reason.SQL_FAILED);
    assertThat(calls("shop")).isEmpty();
  }

  @Test
  void warningsAreShown() throws Exception {
    var run =
        run(
                backup(spec()),
                "DO $$ BEGIN RAISE NOTICE 'not this'; RAISE WARNING 'mind this'; END $$",
                AFTER)
            .succeeded();

    assertThat(run.log()).contains("preSql: mind this").doesNotContain("not this");
    assertThat(run.result().warningCount()).isEqualTo(1);
  }

  @Test
  void withoutKeepLogThereIsNone() throws Exception {
    var task = backup(BackupSpecBuilder.builder().keepLog(false).build());

    fixture.run(task, PASSWORD).succeeded();

    assertThat(fixture.objects(task))
        .containsExactly(
            "1/globals.sql",
            "1/shop.dump",
            Manifest.RESTORE_NAME,
            Manifest.NAME,
            "verification.json");
    assertThat(fixture.manifest(task).files())
        .extracting(Manifest.StoredFile::role)
        .containsExactly(Manifest.Role.DUMP, Manifest.Role.GLOBALS);
  }
}
