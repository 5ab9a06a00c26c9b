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
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.runner.RunnerFixture.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    assertThat(
            strings(
                TARGET,
                "postgres",
                "SELECT rolname || rolcanlogin FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"))
        .as("what was there is as it was, what a provider keeps is not brought")
        .containsExactly("apptrue", "odd; \"rolefalse", "postgrestrue");
    assertThat(owner(TARGET, "shop")).isEqualTo("app");
    assertThat(fingerprint(TARGET, "shop")).isEqualTo(fingerprint(SOURCE, "shop"));
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
                + " 'postgres'")) {
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
