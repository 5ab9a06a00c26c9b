package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.connection.DatabaseRemoval;
import io.pgcask.operator.connection.DatabaseRemoval.Mark;
import io.pgcask.operator.connection.DatabaseRemoval.Outcome;
import io.pgcask.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mode Replace: the backup is there under the database's name and what was there before under
 * another; or, wherever it stops, the database is as it was and no other one is left.
 */
@Tag("host")
class ReplaceIT {
  /** What a database is besides what is in it. */
  private static final String PROPERTIES =
      """
      SELECT concat_ws(' | ', pg_get_userbyid(datdba), encoding, datcollate, datctype, datallowconn,
        datconnlimit,
        (SELECT string_agg(item::text, ',' ORDER BY item::text) FROM unnest(datacl) item), shobj_description(oid, 'pg_database'), dattablespace,
        (SELECT string_agg(setconfig::text || setrole, ' ' ORDER BY setrole)
         FROM pg_db_role_setting WHERE setdatabase = d.oid))
      FROM pg_database d WHERE datname = '%s'
      """;

  @TempDir static Path scratch;

  private static ExistingDatabases databases;
  private static Task.Backup custom;
  private static Task.Backup plain;

  @BeforeAll
  static void start() throws Exception {
    databases =
        new ExistingDatabases(
            scratch, 17, "-c", "max_prepared_transactions=2", "-c", "wal_level=logical");
    custom = databases.dump(DumpFormat.CUSTOM, spec -> spec);
    plain = databases.dump(DumpFormat.PLAIN, spec -> spec);
  }

  @AfterAll
  static void stop() {
    databases.close();
  }

  private static Task.Restore replace(String database, Task.Bounds bounds, String path) {
    return databases.restore(database, RestoreMode.REPLACE, bounds, path);
  }

  private static ReplacementNames names(Task.Restore task) {
    return ReplacementNames.of(task.server().database(), task.uid());
  }

  /** The database is what it was and lets people in, and no other one is left. */
  private static void assertUntouched(Task.Restore task, Map<String, String> before)
      throws Exception {
    assertThat(databases.contents(task.server().database())).isEqualTo(before);
    assertThat(databases.databases()).doesNotContain(names(task).temporary(), names(task).kept());
  }

  @Test
  void putsTheBackupInItsPlaceAndKeepsWhatWasThere() throws Exception {
    var database = "öäü %s \"x\"".formatted("ß".repeat(20));
    databases.create(database);
    var quoted = "\"" + database.replace("\"", "\"\"") + "\"";
    databases.admin(
        "CREATE ROLE reader",
        "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; mkdir /tmp/aside'",
        "CREATE TABLESPACE aside LOCATION '/tmp/aside'",
        "GRANT CREATE ON TABLESPACE aside TO shop",
        "ALTER DATABASE " + quoted + " SET TABLESPACE aside",
        "COMMENT ON DATABASE " + quoted + " IS 'the shop''s own?'",
        "ALTER DATABASE " + quoted + " SET work_mem TO '5MB'",
        "ALTER DATABASE " + quoted + " CONNECTION LIMIT 17",
        "REVOKE CONNECT ON DATABASE " + quoted + " FROM PUBLIC",
        "GRANT CONNECT ON DATABASE " + quoted + " TO reader");
    var before = databases.contents(database);
    var properties = databases.values(PROPERTIES.formatted(database));
    var task = replace(database, ExistingDatabases.IN_TIME, custom.path());

    var run = databases.run(task).succeeded();

    databases.assertRestored(databases.contents(database));
    assertThat(databases.values(PROPERTIES.formatted(database))).isEqualTo(properties);
    assertThat(databases.contents(names(task).kept())).as("the old one").isEqualTo(before);
    assertThat(names(task).kept().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(64);
    assertThat(databases.databases()).doesNotContain(names(task).temporary());
    assertThat(run.result().temporaryLeft()).isNull();
    assertThat(run.result().kept().name()).isEqualTo(names(task).kept());
    assertThat(
            databases.values(
                "SELECT oid FROM pg_database WHERE datname = '%s'".formatted(names(task).kept())))
        .containsExactly(Long.toString(run.result().kept().oid()));
    assertDroppedOnlyIfItIsTheOneThatWasPutAside(run.result().kept());
  }

  private static void assertDroppedOnlyIfItIsTheOneThatWasPutAside(Result.Kept kept)
      throws Exception {
    var meant = new Mark.Oid(kept.oid());
    var quoted = Sql.identifier(kept.name());
    assertThat(drop(kept.name(), new Mark.Oid(4_294_967_294L)))
        .isEqualTo(new Outcome.Another("the database of that name is another one"));
    assertThat(drop(kept.name(), new Mark.Comment("the shop's")))
        .isInstanceOf(Outcome.Another.class);
    try (var visitor = databases.superuser(kept.name())) {
      assertThat(drop(kept.name(), meant))
          .isInstanceOfSatisfying(
              Outcome.NotYet.class,
              notYet -> assertThat(notYet.trouble().reason()).isEqualTo(Reason.DATABASE_IN_USE));
      assertThat(visitor.isValid(5)).as("nobody was thrown out").isTrue();
    }
    databases.admin("ALTER DATABASE " + quoted + " RENAME TO back");
    assertThat(drop(kept.name(), meant)).isEqualTo(new Outcome.Another("it is called back now"));
    databases.admin("ALTER DATABASE back RENAME TO " + quoted);
    await()
        .untilAsserted(() -> assertThat(drop(kept.name(), meant)).isEqualTo(new Outcome.Dropped()));
    assertThat(databases.databases()).doesNotContain(kept.name());
    assertThat(drop(kept.name(), meant)).isEqualTo(new Outcome.Gone());
  }

  /** As the operator does, with the role of the connection. */
  private static Outcome drop(String database, Mark mark) {
    var server =
        new Task.Server(
            "127.0.0.1",
            databases.fixture().serverPort(17),
            "shop",
            null,
            "shop",
            TlsMode.PREFER,
            10);
    var connection =
        new ConnectionResolver.Resolved(
            server,
            Optional.empty(),
            "shop",
            Optional.of(ExistingDatabases.PASSWORD),
            List.of(),
            Optional.empty());
    return new DatabaseRemoval().drop(connection, new DatabaseRemoval.Meant(database, mark));
  }

  private static String comment(String database) throws Exception {
    return databases
        .values(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), 'none') FROM pg_database"
                + " WHERE datname = '%s'".formatted(database))
        .getFirst();
  }

  @Test
  void getsThroughToADatabaseThatClientsComeBackTo() throws Exception {
    databases.create("crowded");
    var others = databases.session("crowded");
    var task = replace("crowded", ExistingDatabases.ALONE, custom.path());
    databases
        .run(replace("crowded", ExistingDatabases.IN_TIME, custom.path()))
        .failed(Reason.DATABASE_IN_USE);
    assertThat(others.isValid(5)).isTrue();

    var enough = new AtomicBoolean();
    var logins = new AtomicInteger();
    var pool =
        List.of(
            Thread.ofVirtual().start(() -> comeBack("crowded", enough, logins)),
            Thread.ofVirtual().start(() -> comeBack("crowded", enough, logins)));
    databases.run(task).succeeded();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        databases.values(
                            "SELECT pid FROM pg_stat_activity WHERE datname = 'crowded'"))
                    .hasSize(2));
    enough.set(true);
    for (var thread : pool) {
      thread.join();
    }

    assertThat(others.isValid(5)).isFalse();
    assertThat(logins).as("logins of both").hasValueGreaterThan(3);
    assertThat(comment("crowded")).as("the mark is gone").isEqualTo("none");
    databases.assertRestored(databases.contents("crowded"));
  }

  /** As a pool does: whenever its session is ended, it opens another one. */
  private static void comeBack(String database, AtomicBoolean enough, AtomicInteger logins) {
    while (!enough.get()) {
      try (var session = databases.session(database)) {
        logins.incrementAndGet();
        while (!enough.get() && session.isValid(5) && logins.get() < Integer.MAX_VALUE) {
          session.createStatement().execute("SELECT pg_sleep(0.05)");
        }
      } catch (Exception e) {
        // ended, or renamed while it logged in
      }
    }
  }

  @Test
  void isUndoneIfTheLoadFails() throws Exception {
    databases.create("erring");
    databases.admin("CREATE ROLE gone");
    databases.fixture().sql(17, "shop", "GRANT SELECT ON t TO gone");
    var backup = databases.dump(DumpFormat.CUSTOM, spec -> spec);
    databases.fixture().sql(17, "shop", "REVOKE SELECT ON t FROM gone");
    databases.admin("DROP ROLE gone");
    var before = databases.contents("erring");
    var task = replace("erring", ExistingDatabases.IN_TIME, backup.path());

    var run = databases.run(task).failed(Reason.RESTORE_FAILED);

    assertThat(run.result().message())
        .contains("role \"gone\" does not exist", "database erring is as it was");
    assertUntouched(task, before);
  }

  @Test
  void isUndoneIfAPropertyCannotBeHad() throws Exception {
    databases.create("settings");
    databases.admin("ALTER DATABASE settings SET log_statement TO 'none'");
    var before = databases.contents("settings");
    var task = replace("settings", ExistingDatabases.IN_TIME, custom.path());

    var run = databases.run(task).failed(Reason.PERMISSION_DENIED);

    assertThat(run.result().message()).contains("a property of the old one", "log_statement");
    assertThat(run.log()).doesNotContain("pg_restore:");
    assertUntouched(task, before);
  }

  @Test
  void isUndoneIfItIsCancelledDuringTheLoad() throws Exception {
    databases.create("cancelled");
    var before = databases.contents("cancelled");
    var task = replace("cancelled", ExistingDatabases.IN_TIME, gated("never"));
    var started = databases.fixture().start(task, ExistingDatabases.PASSWORD);
    awaitGate(task, started);

    DockerCli.must("stop", "--time", "60", started.container());

    started.end().failed(Reason.CANCELLED);
    assertUntouched(task, before);
  }

  @Test
  void isUndoneIfSomebodyHasComeInTheMeantime() throws Exception {
    databases.create("visited");
    var before = databases.contents("visited");
    var task = replace("visited", ExistingDatabases.IN_TIME, gated("visited"));
    var started = databases.fixture().start(task, ExistingDatabases.PASSWORD);
    awaitGate(task, started);
    try (var visitor = databases.session("visited")) {
      databases.admin("CREATE ROLE open_visited");

      var run = started.end().failed(Reason.DATABASE_IN_USE);

      assertThat(run.result().message()).contains("pgcask-it", "database visited is as it was");
      assertThat(visitor.isValid(5)).isTrue();
    }
    assertUntouched(task, before);
  }

  @Test
  void isUndoneIfTheFirstNameCannotBeChanged() throws Exception {
    databases.create("locked");
    var before = databases.contents("locked");
    var task = replace("locked", ExistingDatabases.IN_TIME, custom.path());
    try (var holder = holdName("locked")) {
      var run = databases.run(task).failed(Reason.LOCK_TIMEOUT);
      assertThat(run.result().message()).contains("database locked is as it was");
      assertThat(holder.isValid(5)).isTrue();
    }
    assertUntouched(task, before);
  }

  @Test
  void isUndoneIfItsSessionDiesBetweenTheTwoNames() throws Exception {
    databases.create("dying");
    var before = databases.contents("dying");
    var task = replace("dying", ExistingDatabases.IN_TIME, gated("dying"));
    var started = databases.fixture().start(task, ExistingDatabases.PASSWORD);
    awaitGate(task, started);
    try (var holder = holdName(names(task).temporary())) {
      databases.admin("CREATE ROLE open_dying");
      awaitSecondRename(task, started);
      databases.admin(secondRename(task, "pg_terminate_backend(pid)"));
      holder.rollback();
    }

    var run = started.end();

    assertThat(run.result().succeeded()).isFalse();
    assertThat(run.result().message()).contains("renamed", "database dying is as it was");
    assertUntouched(task, before);
  }

  @Test
  void leavesTheDatabaseServingIfTheRunnerIsKilledBetweenTheTwoNames() throws Exception {
    databases.create("killed");
    var before = databases.contents("killed");
    var task = replace("killed", ExistingDatabases.IN_TIME, gated("killed"));
    var started = databases.fixture().start(task, ExistingDatabases.PASSWORD);
    awaitGate(task, started);
    try (var holder = holdName(names(task).temporary())) {
      databases.admin("CREATE ROLE open_killed");
      awaitSecondRename(task, started);
      DockerCli.must("kill", started.container());
      assertThat(holder.isValid(5)).isTrue();

      // the server rolls back when the lock is not had, whoever asked for it
      await().until(() -> databases.values(secondRename(task, "pid::text")).isEmpty());
    }

    assertThat(databases.contents("killed")).isEqualTo(before);
    assertThat(databases.databases())
        .contains(names(task).temporary())
        .doesNotContain(names(task).kept());

    // and what is left can be told from what is others'
    var mark = new Mark.Comment(ReplacementNames.mark(task.uid()));
    assertThat(comment(names(task).temporary())).isEqualTo(ReplacementNames.mark(task.uid()));
    assertThat(drop("killed", mark)).isInstanceOf(Outcome.Another.class);
    assertThat(drop(names(task).temporary(), new Mark.Comment(ReplacementNames.mark("another"))))
        .isInstanceOf(Outcome.Another.class);
    await()
        .untilAsserted(
            () -> assertThat(drop(names(task).temporary(), mark)).isEqualTo(new Outcome.Dropped()));
    assertUntouched(task, before);
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE_NEW", "CLEAN", "REPLACE"})
  void writesNothingPastNotAfter(RestoreMode mode) throws Exception {
    var database = "late " + mode;
    if (mode != RestoreMode.CREATE_NEW) {
      databases.create(database);
    }
    var there = databases.databases();
    var bounds = new Task.Bounds(false, Instant.parse("2020-01-01T00:00:00Z"), false, null);

    var run =
        databases
            .run(databases.restore(database, mode, bounds, custom.path()))
            .failed(Reason.EXPIRED);

    assertThat(run.result().message()).contains("2020-01-01T00:00:00Z", "nothing was changed");
    assertThat(databases.databases()).isEqualTo(there);
    if (mode != RestoreMode.CREATE_NEW) {
      assertThat(databases.contents(database)).containsKey("public.since");
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesNothingInADryRun(RestoreMode mode) throws Exception {
    var database = "dry " + mode;
    switch (mode) {
      case CREATE_NEW -> {}
      case INTO_EMPTY -> databases.admin("CREATE DATABASE \"" + database + "\" OWNER shop");
      case CLEAN, REPLACE -> databases.create(database);
    }
    var there = databases.databases();
    var bounds = new Task.Bounds(true, Instant.parse("2999-01-01T00:00:00Z"), false, null);

    var run = databases.run(databases.restore(database, mode, bounds, custom.path())).succeeded();

    assertThat(run.result().reason()).isEqualTo(Reason.DRY_RUN);
    assertThat(run.log()).contains("\"report\":\"plan\"").doesNotContain("\"progress\"");
    assertThat(databases.databases()).isEqualTo(there);
    if (mode == RestoreMode.CLEAN || mode == RestoreMode.REPLACE) {
      assertThat(databases.contents(database)).containsKey("public.since");
    }
    databases
        .run(databases.restore("shop", RestoreMode.CREATE_NEW, bounds, custom.path()))
        .failed(Reason.DATABASE_EXISTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepared transactions", "replication slots", "subscriptions"})
  void refusesADatabaseThatIsTiedToItsName(String tie) throws Exception {
    var database = "tied by " + tie;
    databases.create(database);
    var before = databases.contents(database);
    var undo =
        switch (tie) {
          case "prepared transactions" -> {
            databases
                .fixture()
                .sql(17, database, "BEGIN; CREATE TABLE x (); PREPARE TRANSACTION 'knot'");
            yield "ROLLBACK PREPARED 'knot'";
          }
          case "replication slots" -> {
            databases
                .fixture()
                .sql(17, database, "SELECT pg_create_logical_replication_slot('knot', 'pgoutput')");
            yield "SELECT pg_drop_replication_slot('knot')";
          }
          default -> {
            databases
                .fixture()
                .sql(
                    17,
                    database,
                    "CREATE SUBSCRIPTION knot CONNECTION 'dbname=postgres' PUBLICATION p"
                        + " WITH (connect = false)");
            yield "DROP SUBSCRIPTION IF EXISTS knot";
          }
        };
    var task = replace(database, ExistingDatabases.IN_TIME, custom.path());

    var run = databases.run(task).failed(Reason.DATABASE_IN_USE);

    assertThat(run.result().message()).contains(tie + ": knot");
    assertUntouched(task, before);
    if (tie.equals("subscriptions")) {
      databases.fixture().sql(17, database, "ALTER SUBSCRIPTION knot SET (slot_name = NONE)", undo);
    } else {
      databases.fixture().sql(17, database, undo);
    }
  }

  @Test
  void refusesADatabaseOfAnotherRole() throws Exception {
    databases.create("foreign");
    databases.admin("ALTER DATABASE \"foreign\" OWNER TO postgres");
    var before = databases.contents("foreign");
    var task = replace("foreign", ExistingDatabases.IN_TIME, custom.path());

    var run = databases.run(task).failed(Reason.PERMISSION_DENIED);

    assertThat(run.result().message()).contains("GRANT \"postgres\" TO \"shop\"");
    assertUntouched(task, before);
  }

  /** A backup whose load goes on only when there is a role {@code open_<name>}. */
  private static String gated(String name) throws Exception {
    var sql =
        """
        CREATE TABLE at_the_gate (i int);
        DO $$ BEGIN
          WHILE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'open_%s') LOOP
            PERFORM pg_sleep(0.05);
          END LOOP;
        END $$;
        """
            .formatted(name);
    return MadeBackup.of(
        databases.fixture(), plain, Method.NONE, sql.getBytes(StandardCharsets.UTF_8));
  }

  private static void awaitGate(Task.Restore task, RunnerFixture.Started started) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        databases.values(
                            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE"
                                + " 'DO $$%' AND datname = '"
                                + names(task).temporary()
                                + "'"))
                    .as(started.log())
                    .isNotEmpty());
  }

  /** Keeps the name of a database from being changed, without a session in it. */
  private static Connection holdName(String database) throws Exception {
    var session = databases.superuser("postgres");
    session.setAutoCommit(false);
    try (var statement = session.createStatement()) {
      statement.execute("COMMENT ON DATABASE \"" + database + "\" IS 'held'");
    } catch (SQLException e) {
      session.close();
      throw e;
    }
    return session;
  }

  private static String secondRename(Task.Restore task, String what) {
    return ("SELECT %s FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE"
            + " 'ALTER DATABASE \"%s\" RENAME TO%%'")
        .formatted(what, names(task).temporary());
  }

  private static void awaitSecondRename(Task.Restore task, RunnerFixture.Started started) {
    await()
        .untilAsserted(
            () ->
                assertThat(databases.values(secondRename(task, "pid::text")))
                    .as(started.log())
                    .isNotEmpty());
  }
}
