package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.LargeObjects;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskBoundsBuilder;
import io.pgcask.contract.TaskRestoreBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mode Clean: everything of the backup is there afterwards, or nothing has changed. */
@Tag("host")
class CleanIT {
  private static final int OLDER = 14;

  @TempDir static Path scratch;

  private static ExistingDatabases databases;
  private static Task.Backup custom;
  private static Task.Backup plain;

  @BeforeAll
  static void start() throws Exception {
    databases = new ExistingDatabases(scratch, 17);
    custom = databases.dump(DumpFormat.CUSTOM, spec -> spec);
    plain =
        databases.dump(
            DumpFormat.PLAIN,
            spec -> spec.options(DumpOptionsBuilder.builder().clean(true).ifExists(true).build()));
  }

  @AfterAll
  static void stop() {
    databases.close();
  }

  private static Task.Restore clean(String database, String path) {
    return databases.restore(database, RestoreMode.CLEAN, ExistingDatabases.IN_TIME, path);
  }

  private static void assertCleaned(TreeMap<String, String> contents) throws Exception {
    assertThat(contents.remove("public.since")).as("a table of none of our business").isNotNull();
    databases.assertRestored(contents);
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void bringsTheRowsOfTheBackupAndLeavesTheRest(DumpFormat format) throws Exception {
    var database = "changed " + format;
    databases.create(database);
    var backup = format == DumpFormat.CUSTOM ? custom : databases.dump(format, spec -> spec);

    var run = databases.run(clean(database, backup.path())).succeeded();

    assertThat(run.log()).contains("every byte of the dump is as it was written");
    assertCleaned(new TreeMap<>(databases.contents(database)));
  }

  /** Then it is no single transaction, and the way back is another Backup. */
  @Test
  void takesSeveralJobsWhereThereIsASafetyBackup() throws Exception {
    databases.create("quick");
    var before = databases.contents("quick");
    var task =
        TaskRestoreBuilder.builder(clean("quick", custom.path()))
            .choice(RestoreChoiceBuilder.builder().jobs(3).build());

    var refused = databases.run(task.build()).failed(Reason.INVALID_OPTIONS);
    assertThat(refused.result().message()).contains("set safetyBackup, or leave out jobs");
    assertThat(databases.contents("quick")).isEqualTo(before);

    var bounds =
        TaskBoundsBuilder.builder(ExistingDatabases.IN_TIME).safetyBackup("quick-safety").build();
    var run = databases.run(task.bounds(bounds).build()).succeeded();
    assertThat(run.log()).contains("Backup quick-safety has it as it was");
    assertCleaned(new TreeMap<>(databases.contents("quick")));

    try (var session = databases.session("quick");
        var statement = session.createStatement()) {
      statement.execute("CREATE OPERATOR ### (RIGHTARG = int, FUNCTION = f)");
    }
    var failed = databases.run(task.build()).failed(Reason.RESTORE_FAILED);
    assertThat(failed.result().message())
        .contains("database quick is not a whole copy: Backup quick-safety has it as it was");
  }

  @Test
  void bringsThemToAnOlderServerThroughPsql() throws Exception {
    databases.prepare(OLDER);
    databases.create(OLDER, "older");
    var task =
        RunnerFixture.restore(
            RunnerFixture.at(OLDER, "older", "shop"),
            RestoreMode.CLEAN,
            ExistingDatabases.IN_TIME,
            RunnerFixture.volumeStorage(),
            custom.path());

    databases.run(task).succeeded();

    var contents = new TreeMap<>(databases.contents(OLDER, "older"));
    assertCleaned(contents);
  }

  @Test
  void takesAPlainDumpOnlyIfItDropsAndDoesNotCommit() throws Exception {
    databases.create("plain");
    var before = databases.contents("plain");
    var without = databases.dump(DumpFormat.PLAIN, spec -> spec);
    var withLargeObjects =
        databases.dump(
            DumpFormat.PLAIN,
            spec ->
                spec.largeObjects(LargeObjects.INCLUDE)
                    .options(DumpOptionsBuilder.builder().clean(true).ifExists(true).build()));

    var refused = databases.run(clean("plain", without.path())).failed(Reason.INVALID_OPTIONS);
    assertThat(refused.result().message()).contains("without options.clean");
    refused = databases.run(clean("plain", withLargeObjects.path())).failed(Reason.INVALID_OPTIONS);
    assertThat(refused.result().message()).contains("large objects");
    assertThat(databases.contents("plain")).isEqualTo(before);

    databases.run(clean("plain", plain.path())).succeeded();
    var contents = new TreeMap<>(databases.contents("plain"));
    contents.put("large objects", databases.contents("shop").get("large objects"));
    assertCleaned(contents);
  }

  @Test
  void changesNothingIfAPlainDumpFails() throws Exception {
    databases.create("failing");
    var before = databases.contents("failing");
    var sql = "DROP TABLE IF EXISTS since;\n-- Name: x; Type: TABLE; Schema: -\nSELECT 1 / 0;\n";
    var path =
        MadeBackup.of(
            databases.fixture(), plain, Method.NONE, sql.getBytes(StandardCharsets.UTF_8));

    var run = databases.run(clean("failing", path)).failed(Reason.RESTORE_FAILED);

    assertThat(run.result().message()).contains("one transaction");
    assertThat(databases.contents("failing")).isEqualTo(before);
  }

  @Test
  void refusesDependentObjectsThatTheCatalogueTellsOf() throws Exception {
    databases.create("dependents");
    try (var session = databases.session("dependents");
        var statement = session.createStatement()) {
      statement.execute("CREATE VIEW seen AS SELECT id FROM t");
      statement.execute("CREATE TABLE referring (id int REFERENCES t (id))");
      statement.execute("CREATE TABLE s.added (i int)");
      statement.execute("CREATE TABLE coloured (c s.colour)");
    }
    var before = databases.contents("dependents");
    // so that the archive has an entry for schema public, in which `since` lies
    var fixture = databases.fixture();
    fixture.sql(17, "shop", "ALTER SCHEMA public OWNER TO shop");
    var backup = databases.dump(DumpFormat.CUSTOM, spec -> spec);
    fixture.sql(17, "shop", "ALTER SCHEMA public OWNER TO pg_database_owner");

    for (var dryRun : new boolean[] {true, false}) {
      var bounds = new Task.Bounds(dryRun, Instant.parse("2999-01-01T00:00:00Z"), false, null);
      var run =
          databases
              .run(databases.restore("dependents", RestoreMode.CLEAN, bounds, backup.path()))
              .failed(Reason.DEPENDENT_OBJECTS);
      assertThat(run.result().message())
          .contains("view seen", "table referring", "table s.added", "table coloured")
          .doesNotContain("since");
    }
    assertThat(databases.contents("dependents")).isEqualTo(before);
  }

  @Test
  void warnsOfPartitionsThatGoWithTheirTable() throws Exception {
    databases.create("partitions");
    try (var session = databases.session("partitions");
        var statement = session.createStatement()) {
      statement.execute("CREATE TABLE p (k int, v text) PARTITION BY LIST (k)");
      statement.execute("CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)");
    }

    var run = databases.run(clean("partitions", custom.path())).succeeded();

    assertThat(run.log()).contains("dropped with their tables: table p2");
    assertCleaned(new TreeMap<>(databases.contents("partitions")));
  }

  @Test
  void changesNothingIfSomethingElseDepends() throws Exception {
    databases.create("operator");
    try (var session = databases.session("operator");
        var statement = session.createStatement()) {
      statement.execute("CREATE OPERATOR ### (RIGHTARG = int, FUNCTION = f)");
    }
    var before = databases.contents("operator");

    var run = databases.run(clean("operator", custom.path())).failed(Reason.RESTORE_FAILED);

    assertThat(run.result().message()).contains("one transaction", "is as it was");
    assertThat(databases.contents("operator")).isEqualTo(before);
  }

  @Test
  void noticesAFlippedBitBeforeItDropsAnything() throws Exception {
    databases.create("flipped");
    var before = databases.contents("flipped");
    var bare =
        databases.dump(
            DumpFormat.CUSTOM, spec -> spec.compression(new Compression(Method.NONE, null)));
    try (var store = databases.fixture().hostStore(bare.storage())) {
      for (var name : databases.fixture().objects(bare)) {
        var bytes = store.read(bare.path() + "/" + name);
        if (name.endsWith(".dump")) {
          bytes[bytes.length - bytes.length / 3] ^= 1;
        }
        store.put("damaged/" + name, bytes);
      }
    }
    databases.fixture().shareVolume();

    var run = databases.run(clean("flipped", "damaged")).failed(Reason.CHECKSUM_MISMATCH);

    assertThat(run.log()).doesNotContain("\"progress\"");
    assertThat(databases.contents("flipped")).isEqualTo(before);
  }

  @Test
  void endsSessionsOfOthersOnlyIfItMay() throws Exception {
    databases.create("busy");
    var before = databases.contents("busy");
    try (var session = databases.session("busy");
        var statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM t");

      var run = databases.run(clean("busy", custom.path())).failed(Reason.DATABASE_IN_USE);
      assertThat(run.result().message()).contains("pgcask-it", "terminateConnections");
      assertThat(databases.contents("busy")).isEqualTo(before);

      try (var root = databases.superuser("busy")) {
        assertThat(root.isValid(5)).isTrue();
        run =
            databases
                .run(
                    databases.restore(
                        "busy", RestoreMode.CLEAN, ExistingDatabases.ALONE, custom.path()))
                .failed(Reason.PERMISSION_DENIED);
        assertThat(run.result().message()).contains("pg_signal_backend", "postgres (pid");
        assertThat(session.isValid(5)).isTrue();
      }

      databases
          .run(databases.restore("busy", RestoreMode.CLEAN, ExistingDatabases.ALONE, custom.path()))
          .succeeded();
      assertThat(session.isValid(5)).isFalse();
    }
    assertCleaned(new TreeMap<>(databases.contents("busy")));
  }

  @Test
  void refusesADatabaseThatDoesNotExist() throws Exception {
    databases.run(clean("nowhere", custom.path())).failed(Reason.DATABASE_NOT_FOUND);
    assertThat(databases.databases()).doesNotContain("nowhere");
  }
}
