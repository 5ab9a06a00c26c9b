package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.LargeObjects;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.Task;
import io.pgcask.postgres.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Databases with people's data in them, and backups to restore over them. */
final class ExistingDatabases implements AutoCloseable {
  static final String PASSWORD = "shop-password";

  /** Long enough for every test. */
  static final Task.Bounds IN_TIME =
      new Task.Bounds(false, Instant.parse("2999-01-01T00:00:00Z"), false, null);

  static final Task.Bounds ALONE =
      new Task.Bounds(false, Instant.parse("2999-01-01T00:00:00Z"), true, null);

  private final RunnerFixture fixture;
  private final int major;

  /** Starts a server, and fills the database {@code shop} of the role {@code shop}. */
  ExistingDatabases(Path scratch, int major, String... options) throws Exception {
    this.fixture = new RunnerFixture(scratch);
    this.major = major;
    fixture.server(major, options);
    prepare(major);
    admin("CREATE DATABASE shop OWNER shop");
    try (var session = session("shop")) {
      SampleDatabase.fill(session, 500);
    }
  }

  /** Makes the roles on a server. */
  void prepare(int server) throws Exception {
    fixture.server(server);
    fixture.sql(server, "postgres", "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'");
  }

  RunnerFixture fixture() {
    return fixture;
  }

  void admin(String... statements) throws Exception {
    fixture.sql(major, "postgres", statements);
  }

  Connection session(String database) throws Exception {
    return session(database, "shop", PASSWORD);
  }

  Connection superuser(String database) throws Exception {
    return session(database, "postgres", RunnerFixture.ADMIN_PASSWORD);
  }

  private Connection session(String database, String user, String password) throws Exception {
    return fixture.session(major, database, user, password);
  }

  Task.Backup dump(DumpFormat format, UnaryOperator<BackupSpecBuilder> change) throws Exception {
    var spec =
        BackupSpecBuilder.builder()
            .connectionRef(new LocalObjectRef("connection"))
            .format(format)
            .largeObjects(format == DumpFormat.PLAIN ? LargeObjects.EXCLUDE : null);
    return dump(change.apply(spec).build());
  }

  private Task.Backup dump(BackupSpec spec) throws Exception {
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(major, "shop", "shop"), spec, RunnerFixture.volumeStorage());
    fixture.run(task, PASSWORD).succeeded();
    return task;
  }

  Task.Restore restore(String database, RestoreMode mode, Task.Bounds bounds, String path) {
    return RunnerFixture.restore(
        RunnerFixture.at(major, database, "shop"),
        mode,
        bounds,
        RunnerFixture.volumeStorage(),
        path);
  }

  RunnerFixture.Run run(Task.Restore task) throws Exception {
    return fixture.run(task, PASSWORD);
  }

  /** A copy of {@code shop} in which people have worked since. */
  void create(String database) throws Exception {
    create(major, database);
  }

  /** The same on another server, where only what is in every version is. */
  void create(int server, String database) throws Exception {
    fixture.sql(server, "postgres", "CREATE DATABASE " + Sql.identifier(database) + " OWNER shop");
    try (var session = fixture.session(server, database, "shop", PASSWORD);
        var statement = session.createStatement()) {
      SampleDatabase.fill(session, 300);
      statement.execute("UPDATE t SET note = 'changed' WHERE id % 2 = 0");
      statement.execute("DROP TABLE p");
      statement.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
      statement.execute("CREATE TABLE since AS SELECT 1 AS i");
    }
  }

  Map<String, String> contents(String database) throws Exception {
    return contents(major, database);
  }

  Map<String, String> contents(int server, String database) throws Exception {
    try (var session = fixture.session(server, database, "shop", PASSWORD)) {
      return SampleDatabase.fingerprint(session);
    }
  }

  /** What {@code shop} holds, as a database must hold it that was restored from its backup. */
  void assertRestored(Map<String, String> contents) throws Exception {
    assertThat(new TreeMap<>(contents)).isEqualTo(new TreeMap<>(contents("shop")));
  }

  List<String> databases() throws Exception {
    return values("SELECT datname FROM pg_database ORDER BY 1");
  }

  /** The first column of what the superuser gets. */
  List<String> values(String query) throws Exception {
    try (var session = superuser("postgres");
        var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    }
  }

  @Override
  public void close() {
    fixture.close();
  }
}
