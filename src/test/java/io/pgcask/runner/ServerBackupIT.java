package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupScope;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpIncludeBuilder;
import io.pgcask.api.v1alpha1.Globals;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreGlobals;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskBoundsBuilder;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.runner.RunnerFixture.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole server: every database, and what belongs to none. */
@Tag("host")
class ServerBackupIT {
  private static final int SOURCE = 17;
  private static final int TARGET = 18;
  private static final String PASSWORD = RunnerFixture.ADMIN_PASSWORD;
  private static final List<String> DATABASES =
      List.of("..", "a/b", "globals", "Größe \"x\"", "postgres", "shop");

  private static final String LOGINS =
      "SELECT rolname || rolcanlogin FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1";

  /** Whatever there is to know of a role. */
  private static final String ROLE =
      """
      SELECT concat_ws('|', to_jsonb(a) - 'oid', shobj_description(a.oid, 'pg_authid'),
                       (SELECT s.setconfig FROM pg_db_role_setting s
                        WHERE s.setrole = a.oid AND s.setdatabase = 0),
                       (SELECT string_agg(m.roleid::regrole::text, ',') FROM pg_auth_members m
                        WHERE m.member = a.oid AND m.roleid::regrole::text <> 'rdsadmin'))
      FROM pg_authid a WHERE a.rolname = '%s'
      """;

  private static final String MAKE_DIRECTORY =
      "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; mkdir -p /tmp/%s'";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.s3();
    fixture.server(SOURCE);
    fixture.server(TARGET);
    fixture.sql(
        SOURCE,
        "postgres",
        "CREATE ROLE app LOGIN PASSWORD 'telltale' CREATEDB",
        "CREATE ROLE \"odd; \"\"role\" NOLOGIN",
        "COMMENT ON ROLE app IS 'it''s; a role'",
        "ALTER ROLE app SET work_mem TO '7MB'",
        "GRANT \"odd; \"\"role\" TO app",
        "CREATE ROLE rdsadmin NOLOGIN",
        "GRANT rdsadmin TO app",
        "CREATE ROLE reader LOGIN PASSWORD 'reader'",
        "CREATE DATABASE shop OWNER app",
        "CREATE DATABASE \"a/b\"",
        "CREATE DATABASE \"..\"",
        "CREATE DATABASE globals",
        "CREATE DATABASE \"Größe \"\"x\"\"\"",
        "CREATE DATABASE pattern IS_TEMPLATE true",
        "CREATE DATABASE closed ALLOW_CONNECTIONS false",
        "CREATE DATABASE rdsadmin",
        "ALTER DATABASE shop SET search_path TO s, public");
    for (var name : List.of("shop", "a/b")) {
      try (var session = fixture.session(SOURCE, name, "postgres", PASSWORD)) {
        SampleDatabase.fill(session, 500);
      }
    }
    for (var name : List.of("..", "globals", "Größe \"x\"")) {
      fixture.sql(SOURCE, name, "CREATE TABLE here (name text)");
      fixture.sql(SOURCE, name, "INSERT INTO here VALUES (current_database())");
    }
    // whose owner a server that had nothing does not know
    fixture.sql(SOURCE, "globals", "ALTER TABLE here OWNER TO app");
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static BackupSpecBuilder whole() {
    return BackupSpecBuilder.builder().scope(BackupScope.SERVER);
  }

  private static Task.Backup backup(BackupSpec spec, Storage storage) {
    return RunnerFixture.backup(RunnerFixture.at(SOURCE, "postgres", "postgres"), spec, storage);
  }

  @ParameterizedTest
  @EnumSource(
      value = DumpFormat.class,
      names = {"CUSTOM", "DIRECTORY", "PLAIN"})
  void everyDatabaseComesBackOnAServerThatHadNothing(DumpFormat format) throws Exception {
    // Given
    var storage =
        format == DumpFormat.CUSTOM ? RunnerFixture.s3Storage() : RunnerFixture.volumeStorage();
    var level = new Verification(VerificationLevel.PARSE, null, null);
    var backup = backup(whole().format(format).verification(level).build(), storage);

    // When
    var run = fixture.run(backup, PASSWORD).succeeded();

    // Then the result and the manifest name them all, and what was left out
    var result = run.result();
    assertThat(result.databases()).containsExactlyInAnyOrderElementsOf(DATABASES);
    assertThat(result.databaseCount()).isEqualTo(DATABASES.size());
    assertThat(result.verification().result()).isEqualTo(VerificationResult.PASSED);
    var manifest = fixture.manifest(backup);
    assertThat(manifest.databaseNames()).containsExactlyInAnyOrderElementsOf(DATABASES);
    assertThat(manifest.warnings())
        .contains("database closed allows no connections and is left out");

    // When the roles are made by psql, as RESTORE.md says, and each database is restored
    clearTarget();
    psql(stored(backup, manifest, "globals.sql"));
    for (var name : List.of("..", "a/b", "globals", "Größe \"x\"", "shop")) {
      restore(backup, name).succeeded();
    }

    // Then
    for (var name : List.of("shop", "a/b")) {
      assertThat(fingerprint(TARGET, name)).isEqualTo(fingerprint(SOURCE, name));
    }
    for (var name : List.of("..", "globals", "Größe \"x\"")) {
      assertThat(strings(TARGET, name, "SELECT name FROM here")).containsExactly(name);
    }
    assertThat(roles(TARGET))
        .as("roles, their comments, settings and memberships")
        .isEqualTo(roles(SOURCE).stream().filter(line -> !line.contains("rdsadmin")).toList())
        .anyMatch(line -> line.contains("work_mem=7MB"))
        .anyMatch(line -> line.contains("it's; a role"));
    assertThat(owner(TARGET, "shop")).isEqualTo("app");
  }

  @Test
  void aBackupOfOneDatabaseBringsTheNamesOfItsRoles() throws Exception {
    // Given a database with an owner, and a role that may only read
    fixture.sql(SOURCE, "shop", "GRANT CONNECT ON DATABASE shop TO \"odd; \"\"role\"");
    var backup =
        RunnerFixture.backup(
            RunnerFixture.at(SOURCE, "shop", "postgres"),
            BackupSpecBuilder.builder().build(),
            RunnerFixture.volumeStorage());
    fixture.run(backup, PASSWORD).succeeded();

    // When
    clearTarget();
    fixture.sql(TARGET, "postgres", "CREATE ROLE app LOGIN");
    var roles = stored(backup, fixture.manifest(backup), "globals.sql");
    psql(roles);
    psql(roles);
    restore(backup, "shop").succeeded();

    // Then
    assertThat(strings(TARGET, "postgres", LOGINS))
        .as("what was there is as it was, what a provider keeps is not brought")
        .containsExactly("apptrue", "odd; \"rolefalse", "postgrestrue");
    assertThat(owner(TARGET, "shop")).isEqualTo("app");
    assertThat(fingerprint(TARGET, "shop")).isEqualTo(fingerprint(SOURCE, "shop"));

    // When the Restore makes them itself, on a server that has none
    clearTarget();
    restore(backup, "postgres", extent(RestoreGlobals.ROLES, target("shop", "copy"))).succeeded();

    // Then
    assertThat(strings(TARGET, "postgres", LOGINS))
        .containsExactly("appfalse", "odd; \"rolefalse", "postgrestrue");
    assertThat(owner(TARGET, "copy")).isEqualTo("app");
    assertThat(fingerprint(TARGET, "copy")).isEqualTo(fingerprint(SOURCE, "shop"));
  }

  @Test
  void oneRestoreBringsTheRolesAndSeveralDatabases() throws Exception {
    // Given a backup with everything, and a target that has something of it
    var spec =
        whole()
            .format(DumpFormat.DIRECTORY)
            .globals(new Globals(Globals.Content.ALL, true))
            .build();
    for (var directory : List.of("fast", "slow")) {
      fixture.sql(
          SOURCE,
          "postgres",
          MAKE_DIRECTORY.formatted(directory),
          "CREATE TABLESPACE %1$s OWNER app LOCATION '/tmp/%1$s'".formatted(directory));
    }
    var backup = backup(spec, RunnerFixture.volumeStorage());
    fixture.run(backup, PASSWORD).succeeded();
    clearTarget();
    fixture.sql(
        TARGET,
        "postgres",
        MAKE_DIRECTORY.formatted("fast"),
        "CREATE ROLE \"odd; \"\"role\" LOGIN",
        "CREATE DATABASE here");
    var mine = strings(TARGET, "postgres", ROLE.formatted("odd; \"role"));
    var databases =
        List.of(target("shop", "shop_copy"), target("globals", "here"), target("a/b", "a/b"));

    // When one of the targets cannot be had, then nothing is written
    var refused =
        restore(backup, "postgres", new Task.Extent(databases, RestoreGlobals.ALL))
            .failed(Reason.DATABASE_EXISTS);
    assertThat(refused.result().message()).startsWith("database here: ");
    assertThat(refused.log())
        .contains("\"database\":\"shop_copy\"", "\"database\":\"a/b\"", "checks have passed");
    assertThat(strings(TARGET, "postgres", "SELECT rolname FROM pg_roles WHERE rolname = 'app'"))
        .isEmpty();
    assertThat(strings(TARGET, "postgres", "SELECT datname FROM pg_database"))
        .contains("here")
        .doesNotContain("shop_copy", "a/b");

    // When all of them can, then a dry run knows the roles that are still to come
    fixture.sql(TARGET, "postgres", "DROP DATABASE here");
    var mapped =
        RestoreOptionsBuilder.builder().roleMap(Map.of("app", "reader", "postgres", "app")).build();
    var all = new Task.Extent(databases, RestoreGlobals.ALL);
    fixture
        .run(
            TaskRestoreBuilder.builder(task(backup, "postgres", all))
                .bounds(TaskBoundsBuilder.builder(Task.Bounds.NONE).dryRun(true).build())
                .choice(RestoreChoiceBuilder.builder().options(mapped).build())
                .build(),
            PASSWORD)
        .succeeded();

    // When they are written, each by two jobs
    var run =
        fixture
            .run(
                TaskRestoreBuilder.builder(task(backup, "postgres", all))
                    .choice(RestoreChoiceBuilder.builder().jobs(2).build())
                    .build(),
                PASSWORD)
            .succeeded();

    // Then each database is there, and what else they need
    assertThat(fingerprint(TARGET, "shop_copy")).isEqualTo(fingerprint(SOURCE, "shop"));
    assertThat(fingerprint(TARGET, "a/b")).isEqualTo(fingerprint(SOURCE, "a/b"));
    assertThat(strings(TARGET, "here", "SELECT name FROM here")).containsExactly("globals");
    assertThat(owner(TARGET, "shop_copy")).isEqualTo("app");
    for (var role : List.of("app", "reader")) {
      assertThat(strings(TARGET, "postgres", ROLE.formatted(role)))
          .as("with its password, settings and memberships")
          .isEqualTo(strings(SOURCE, "postgres", ROLE.formatted(role)));
    }
    assertThat(strings(TARGET, "postgres", ROLE.formatted("odd; \"role")))
        .as("a role that exists is left alone")
        .isEqualTo(mine);
    assertThat(strings(TARGET, "postgres", "SELECT spcname FROM pg_tablespace"))
        .contains("fast")
        .doesNotContain("slow");
    assertThat(run.log())
        .contains("roles that will be created: app", "tablespace slow is left out")
        .doesNotContain("SCRAM");
    fixture.sql(TARGET, "postgres", "DROP TABLESPACE fast");
    fixture.sql(SOURCE, "postgres", "DROP TABLESPACE fast", "DROP TABLESPACE slow");
  }

  @Test
  void whatFailsInTheMiddleIsToldOfEachDatabase() throws Exception {
    // Given a target where nobody is called app, who owns what one of the databases holds
    var backup =
        backup(
            whole()
                .include(
                    DumpIncludeBuilder.builder()
                        .databases(List.of("a/b", "globals", "shop"))
                        .build())
                .build(),
            RunnerFixture.volumeStorage());
    fixture.run(backup, PASSWORD).succeeded();
    clearTarget();

    // When
    var run =
        restore(
                backup,
                "postgres",
                extent(
                    RestoreGlobals.NONE,
                    target("a/b", "first"),
                    target("globals", "second"),
                    target("shop", "third")))
            .failed(Reason.RESTORE_FAILED);

    // Then
    assertThat(run.result().message())
        .startsWith("database second: ")
        .endsWith("; whole are: first; not whole: second; not begun: third");
    assertThat(fingerprint(TARGET, "first")).isEqualTo(fingerprint(SOURCE, "a/b"));
    assertThat(strings(TARGET, "postgres", "SELECT datname FROM pg_database"))
        .contains("second")
        .doesNotContain("third");
  }

  @Test
  void whoIsNoSuperuserMakesTheRolesThatHeMay() throws Exception {
    // Given a role that only a superuser can make, and a database where another one owns everything
    fixture.sql(
        SOURCE,
        "postgres",
        "CREATE ROLE boss SUPERUSER CREATEROLE",
        "CREATE ROLE worker IN ROLE boss, pg_monitor",
        "CREATE DATABASE mine OWNER app");
    fixture.sql(
        SOURCE,
        "mine",
        "SET ROLE app",
        "CREATE SCHEMA own",
        "CREATE TABLE own.here AS SELECT 1 AS i");
    try {
      var backup =
          backup(
              whole()
                  .include(DumpIncludeBuilder.builder().databases(List.of("mine")).build())
                  .build(),
              RunnerFixture.volumeStorage());
      fixture.run(backup, PASSWORD).succeeded();
      clearTarget();
      fixture.sql(TARGET, "postgres", "CREATE ROLE restorer LOGIN PASSWORD 'telltale' CREATEDB");
      var restore =
          TaskRestoreBuilder.builder(
                  RunnerFixture.restore(
                      RunnerFixture.at(TARGET, "copy", "restorer"),
                      RestoreMode.CREATE_NEW,
                      backup.storage(),
                      backup.path()))
              .extent(extent(RestoreGlobals.ROLES))
              .build();

      // When he may make none, then nothing happens
      var refused = fixture.run(restore, "telltale").failed(Reason.PERMISSION_DENIED);
      assertThat(refused.result().message()).contains("ALTER ROLE \"restorer\" CREATEROLE");

      // When he may, then he makes them without what only a superuser gives
      fixture.sql(TARGET, "postgres", "ALTER ROLE restorer CREATEROLE");
      var run = fixture.run(restore, "telltale").succeeded();
      assertThat(
              strings(
                  TARGET,
                  "postgres",
                  "SELECT rolname FROM pg_roles WHERE rolcreaterole AND NOT rolsuper ORDER BY 1"))
          .containsExactly("boss", "restorer");
      assertThat(
              strings(
                  TARGET,
                  "postgres",
                  "SELECT roleid::regrole FROM pg_auth_members WHERE member = 'worker'::regrole"))
          .containsExactly("boss");
      assertThat(run.log())
          .contains(
              "role restorer may not give SUPERUSER; without it: boss",
              "role restorer may not grant pg_monitor");
      assertThat(owner(TARGET, "copy")).isEqualTo("app");
      assertThat(
              strings(TARGET, "copy", "SELECT tableowner FROM pg_tables WHERE tablename = 'here'"))
          .as("as a member of it, he may give it what it owns")
          .containsExactly("app");
    } finally {
      fixture.sql(SOURCE, "postgres", "DROP DATABASE mine", "DROP ROLE worker", "DROP ROLE boss");
    }
  }

  @Test
  void patternsChooseTheDatabases() throws Exception {
    var spec =
        whole()
            .include(
                DumpIncludeBuilder.builder().databases(List.of("s*", "*/b", "postgres")).build())
            .exclude(DumpExcludeBuilder.builder().databases(List.of("post?res")).build())
            .globals(new Globals(Globals.Content.NONE, null))
            .build();
    var backup = backup(spec, RunnerFixture.volumeStorage());

    fixture.run(backup, PASSWORD).succeeded();

    assertThat(fixture.objects(backup))
        .contains("1/shop.dump", "1/a%2Fb.dump")
        .noneMatch(name -> name.contains("globals") || name.contains("postgres"));
  }

  @Test
  void patternsThatMatchNothingAreRefused() throws Exception {
    var spec =
        whole().exclude(DumpExcludeBuilder.builder().databases(List.of("stok")).build()).build();
    var backup = backup(spec, RunnerFixture.volumeStorage());

    var run = fixture.run(backup, PASSWORD).failed(Reason.INVALID_OPTIONS);

    assertThat(run.result().message()).isEqualTo("exclude.databases: stok matches no database");
    assertThat(fixture.objects(backup)).isEmpty();
  }

  @Test
  void oneDatabaseThatFailsInTheMiddleLeavesNothing() throws Exception {
    // Given a role that may connect everywhere and may not read one table of the last database
    fixture.sql(SOURCE, "postgres", "CREATE DATABASE zz");
    fixture.sql(SOURCE, "zz", "CREATE TABLE hidden (i int)");
    try {
      var spec =
          whole()
              .include(DumpIncludeBuilder.builder().databases(List.of("globals", "zz")).build())
              .build();
      fixture.sql(SOURCE, "globals", "GRANT SELECT ON here TO reader");
      var backup =
          RunnerFixture.backup(
              RunnerFixture.at(SOURCE, "postgres", "reader"), spec, RunnerFixture.s3Storage());

      // When
      var run = fixture.run(backup, "reader").failed(Reason.PERMISSION_DENIED);

      // Then
      assertThat(run.result().message()).startsWith("database zz: ").contains("hidden");
      assertThat(run.result().clean()).isTrue();
      assertThat(fixture.objects(backup)).isEmpty();
    } finally {
      fixture.sql(SOURCE, "postgres", "DROP DATABASE zz");
    }
  }

  @Test
  void aDatabaseThatTheRoleMayNotEnterIsNotLeftOutInSilence() throws Exception {
    fixture.sql(SOURCE, "postgres", "REVOKE CONNECT ON DATABASE shop FROM PUBLIC");
    try {
      var backup =
          RunnerFixture.backup(
              RunnerFixture.at(SOURCE, "postgres", "reader"),
              whole().build(),
              RunnerFixture.volumeStorage());

      var run = fixture.run(backup, "reader").failed(Reason.PERMISSION_DENIED);

      assertThat(run.result().message()).contains("may not connect to database shop");
    } finally {
      fixture.sql(SOURCE, "postgres", "GRANT CONNECT ON DATABASE shop TO PUBLIC");
    }
  }

  @Test
  void passwordsComeOnlyWhereTheyAreAskedForAndReadable() throws Exception {
    // Given
    var asked =
        whole()
            .globals(new Globals(Globals.Content.ALL, true))
            .include(DumpIncludeBuilder.builder().databases(List.of("globals")).build())
            .build();

    // When
    var mayNot =
        fixture.run(
            RunnerFixture.backup(
                RunnerFixture.at(SOURCE, "postgres", "reader"),
                asked,
                RunnerFixture.volumeStorage()),
            "reader");
    var may = backup(asked, RunnerFixture.volumeStorage());
    fixture.run(may, PASSWORD).succeeded();
    var without = backup(whole().include(asked.include()).build(), RunnerFixture.volumeStorage());
    fixture.run(without, PASSWORD).succeeded();

    // Then
    mayNot.failed(Reason.PERMISSION_DENIED);
    assertThat(mayNot.result().message()).contains("pg_authid");
    assertThat(stored(may, fixture.manifest(may), "globals.sql")).contains("SCRAM-SHA-256");
    assertThat(stored(without, fixture.manifest(without), "globals.sql"))
        .contains("CREATE ROLE app")
        .doesNotContain("SCRAM-SHA-256", "rdsadmin");
  }

  @Test
  void aRestoreTakesTheDatabaseOfItsOwnName() throws Exception {
    var backup =
        backup(
            whole()
                .include(DumpIncludeBuilder.builder().databases(List.of("shop", "globals")).build())
                .build(),
            RunnerFixture.volumeStorage());
    fixture.run(backup, PASSWORD).succeeded();

    var run = restore(backup, "no_such").failed(Reason.INVALID_OPTIONS);

    assertThat(run.result().message())
        .contains("holds 2 databases and none is called no_such", "globals, shop");
  }

  private static RestoreSpec.Target target(String source, String target) {
    return new RestoreSpec.Target(source, target);
  }

  private static Task.Extent extent(RestoreGlobals globals, RestoreSpec.Target... databases) {
    return new Task.Extent(List.of(databases), globals);
  }

  private static Run restore(Task.Backup backup, String database, Task.Extent extent)
      throws Exception {
    return fixture.run(task(backup, database, extent), PASSWORD);
  }

  private static Task.Restore task(Task.Backup backup, String database, Task.Extent extent) {
    return TaskRestoreBuilder.builder(
            RunnerFixture.restore(
                RunnerFixture.at(TARGET, database, "postgres"),
                RestoreMode.CREATE_NEW,
                backup.storage(),
                backup.path()))
        .extent(extent)
        .build();
  }

  private static Run restore(Task.Backup backup, String database) throws Exception {
    return fixture.run(
        RunnerFixture.restore(
            RunnerFixture.at(TARGET, database, "postgres"),
            RestoreMode.CREATE_NEW,
            backup.storage(),
            backup.path()),
        PASSWORD);
  }

  private static void clearTarget() throws Exception {
    for (var name :
        strings(
            TARGET,
            "postgres",
            "SELECT quote_ident(datname) FROM pg_database WHERE datname <> 'postgres' AND NOT"
                + " datistemplate")) {
      fixture.sql(TARGET, "postgres", "DROP DATABASE " + name);
    }
    for (var name :
        strings(
            TARGET,
            "postgres",
            "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <>"
                + " 'postgres' ORDER BY oid DESC")) { // who granted something comes last
      fixture.sql(TARGET, "postgres", "DROP ROLE " + name);
    }
  }

  private static String stored(Task.Backup backup, Manifest manifest, String name)
      throws Exception {
    var file =
        manifest.files().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    try (var store = fixture.hostStore(backup.storage())) {
      var bytes = store.read(backup.path() + "/" + file.objects().getFirst().path());
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** As RESTORE.md says: errors about what exists already do no harm. */
  private static void psql(String sql) throws Exception {
    var file = Files.writeString(scratch.resolve("globals-" + System.nanoTime() + ".sql"), sql);
    var container =
        fixture
            .docker()
            .start(
                "psql",
                List.of(
                    "--user=0",
                    "-v=" + file + ":/globals.sql:ro",
                    "-e=PGPASSWORD=" + PASSWORD,
                    "--entrypoint=/usr/lib/postgresql/18/bin/psql",
                    RunnerFixture.IMAGE,
                    "-X",
                    "-h",
                    "pg" + TARGET,
                    "-U",
                    "postgres",
                    "-d",
                    "postgres",
                    "-f",
                    "/globals.sql"));
    assertThat(DockerCli.must("wait", container).strip()).isEqualTo("0");
  }

  private static TreeMap<String, String> fingerprint(int major, String database) throws Exception {
    try (var session = fixture.session(major, database, "postgres", PASSWORD)) {
      return SampleDatabase.fingerprint(session);
    }
  }

  private static List<String> roles(int major) throws Exception {
    return strings(
        major,
        "postgres",
        """
        SELECT concat_ws('|', r.rolname, r.rolcanlogin, r.rolcreatedb, r.rolconfig::text,
                         shobj_description(r.oid, 'pg_authid'),
                         (SELECT string_agg(g.rolname, ',' ORDER BY g.rolname)
                          FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                          WHERE m.member = r.oid AND g.rolname <> 'rdsadmin'))
        FROM pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY r.rolname
        """);
  }

  private static String owner(int major, String database) throws Exception {
    return strings(
            major,
            "postgres",
            "SELECT datdba::regrole FROM pg_database WHERE datname = '%s'".formatted(database))
        .getFirst();
  }

  private static List<String> strings(int major, String database, String query) throws Exception {
    var found = new ArrayList<String>();
    try (var session = fixture.session(major, database, "postgres", PASSWORD);
        var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      while (row.next()) {
        found.add(row.getString(1));
      }
    }
    return found;
  }
}
