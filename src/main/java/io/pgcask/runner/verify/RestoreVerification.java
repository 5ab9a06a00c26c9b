package io.pgcask.runner.verify;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.SnapshotContent;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.DatabaseSql;
import io.pgcask.runner.restore.RestoreRun;
import io.pgcask.runner.stored.StoredBackup;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Restores every database of a backup into a server that nobody else uses, one after the other, and
 * counts its rows.
 */
final class RestoreVerification {
  /** The server is started together with this program, and makes its files first. */
  private static final Duration START = Duration.ofMinutes(5);

  private static final Duration POLL = Duration.ofMillis(250);

  private static final int STALL_SECONDS = 1800;

  /** Differences in a message. */
  private static final int MAX_NAMED = 5;

  private static final String SUPERUSER = "postgres";

  private final RunContext context;
  private final String uid;
  private final String path;
  private final Task.Server server;
  private final ConnectionSettings settings;

  private final List<String> differences = new ArrayList<>();
  private long rows;
  private int tables;
  private boolean counted = true;

  /**
   * Of a backup.
   *
   * @param uid of the Backup
   * @param path of its directory
   */
  RestoreVerification(RunContext context, String uid, String path, Task.Server server) {
    this.context = context;
    this.uid = uid;
    this.path = path;
    this.server = server;
    this.settings =
        new ConnectionSettings(
            server.host(),
            server.port(),
            SUPERUSER,
            server.user(),
            Optional.empty(),
            server.tlsMode(),
            Optional.empty(),
            server.connectTimeoutSeconds());
  }

  /**
   * What was found.
   *
   * @param rows that were as many as they should be; null if nobody had counted them
   */
  record Outcome(VerificationResult result, String message, Long rows) {}

  /**
   * Restores and compares.
   *
   * @throws TaskFailedException RestoreFailed if the server refuses something of a dump, which it
   *     may do because it lacks an extension; another reason if an object is damaged or cannot be
   *     read
   */
  Outcome run(StoredBackup backup)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var manifest = backup.manifest();
    var facts = await();
    int major = manifest.serverVersionNum() / 10000;
    if (facts.major() != major) {
      return new Outcome(
          VerificationResult.INCONCLUSIVE,
          "the server to restore into is PostgreSQL %s, but the backup is of %s"
              .formatted(facts.version(), manifest.serverVersion()),
          null);
    }
    for (var database : manifest.databases()) {
      try {
        verify(backup, database, facts);
      } catch (SQLException e) {
        throw Sessions.failure(e);
      }
    }
    return outcome(facts);
  }

  private Outcome outcome(ServerFacts facts) {
    var where = "restored into PostgreSQL " + facts.version();
    if (!differences.isEmpty()) {
      return new Outcome(
          VerificationResult.DAMAGED,
          "%s, but %s%s"
              .formatted(
                  where,
                  String.join(
                      "; ", differences.subList(0, Math.min(MAX_NAMED, differences.size()))),
                  differences.size() > MAX_NAMED
                      ? "; and %d more differences".formatted(differences.size() - MAX_NAMED)
                      : ""),
          null);
    }
    return counted
        ? new Outcome(
            VerificationResult.PASSED,
            "%s: %d tables hold the %d rows of the snapshot".formatted(where, tables, rows),
            rows)
        : new Outcome(
            VerificationResult.PASSED,
            where
                + " without an error; rows are compared only of a backup whose spec asks for level"
                + " Restore, since they are counted while it is made",
            null);
  }

  /** Until the server answers. */
  private ServerFacts await() throws TaskFailedException, PostgresException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      context.cancellation().check();
      try (var session = open(SUPERUSER)) {
        return ServerFacts.read(session);
      } catch (PostgresException e) {
        if (System.nanoTime() > end) {
          throw new TaskFailedException(
              Reason.HOST_UNREACHABLE,
              "the server to restore into has not answered for %d minutes: %s"
                  .formatted(START.toMinutes(), e.getMessage()));
        }
      } catch (SQLException e) {
        throw Sessions.failure(e);
      }
      pause();
    }
  }

  private void pause() throws InterruptedException {
    var cancelled = new CountDownLatch(1);
    try (var registration = context.cancellation().onCancel(cancelled::countDown)) {
      cancelled.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void verify(StoredBackup backup, Manifest.DumpedDatabase database, ServerFacts facts)
      throws TaskFailedException, PostgresException, IOException, SQLException {
    var name = database.name();
    var content = backup.content(database);
    try (var session = open(SUPERUSER)) {
      for (var role : content.map(SnapshotContent::roles).orElse(List.of())) {
        createRole(session, role);
      }
      if (!ServerFacts.databaseExists(session, name)) {
        createDatabase(session, name, backup.properties(database), facts.major());
      }
    }
    restore(name, choice(backup.manifest().format(), content.isPresent()));
    if (content.isPresent()) {
      compare(name, content.get());
    } else {
      counted = false;
    }
    if (!name.equals(SUPERUSER) && !name.equals("template1")) {
      try (var session = open(SUPERUSER)) {
        Sessions.execute(session, "DROP DATABASE %s WITH (FORCE)".formatted(Sql.identifier(name)));
      }
    }
  }

  /**
   * Everything, but what lies outside of the database: tablespaces, and other servers. Plain SQL
   * says itself what it does.
   *
   * @param roles whether the roles are known to which things belong
   */
  private static RestoreChoice choice(DumpFormat format, boolean roles) {
    if (format == DumpFormat.PLAIN) {
      return RestoreChoice.EVERYTHING;
    }
    var options = RestoreOptionsBuilder.builder().noTablespaces(true).noSubscriptions(true).build();
    return RestoreChoiceBuilder.builder(RestoreChoice.EVERYTHING)
        .options(
            roles
                ? options
                : RestoreOptionsBuilder.builder(options).noOwner(true).noPrivileges(true).build())
        .build();
  }

  private void restore(String name, RestoreChoice choice) throws TaskFailedException {
    var task =
        new Task.Restore(
            uid,
            "",
            "",
            server,
            RestoreMode.INTO_EMPTY,
            null,
            null,
            null,
            path,
            STALL_SECONDS,
            choice,
            null);
    var result = new RestoreRun(context, task, settings.withDatabase(name)).run();
    if (!result.succeeded()) {
      throw context.cancellation().cancelled()
          ? Cancellation.failure()
          : new TaskFailedException(
              result.reason(), "database %s: %s".formatted(name, result.message()));
    }
  }

  private void compare(String name, SnapshotContent content)
      throws PostgresException, SQLException {
    try (var session = open(name)) {
      for (var table : content.tables()) {
        var found = rows(session, table);
        if (found.isEmpty()) {
          if (content.whole()) {
            differences.add("database %s has no table %s".formatted(name, shown(table)));
          }
        } else if (found.get() != table.rows()) {
          differences.add(
              "table %s of database %s has %d rows instead of %d"
                  .formatted(shown(table), name, found.get(), table.rows()));
        } else {
          tables++;
          rows += table.rows();
        }
      }
    }
  }

  private static String shown(SnapshotContent.Table table) {
    return table.schema() + "." + table.name();
  }

  private static Optional<Long> rows(Connection session, SnapshotContent.Table table)
      throws SQLException {
    var name = Sql.identifier(table.schema()) + "." + Sql.identifier(table.name());
    try (var exists = session.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NOT NULL")) {
      exists.setString(1, name);
      try (var row = exists.executeQuery()) {
        row.next();
        if (!row.getBoolean(1)) {
          return Optional.empty();
        }
      }
    }
    try (var statement = session.createStatement();
        var row = statement.executeQuery(Sql.countOnly(table.schema(), table.name()))) {
      row.next();
      return Optional.of(row.getLong(1));
    }
  }

  private static void createRole(Connection session, String role) throws SQLException {
    try (var exists =
        session.prepareStatement("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?")) {
      exists.setString(1, role);
      try (var row = exists.executeQuery()) {
        if (row.next()) {
          return;
        }
      }
    }
    Sessions.execute(session, "CREATE ROLE " + Sql.identifier(role));
  }

  /** Where the server lacks the locale, the order of texts is another, and their number is not. */
  private static void createDatabase(
      Connection session, String name, Manifest.Database properties, int major)
      throws SQLException {
    try {
      Sessions.execute(session, new DatabaseSql(name, properties).create(major));
    } catch (SQLException e) {
      Sessions.execute(
          session,
          "CREATE DATABASE %s TEMPLATE template0 ENCODING %s LOCALE 'C'"
              .formatted(Sql.identifier(name), Sql.literal(properties.encoding())));
    }
  }

  private Connection open(String database) throws PostgresException {
    return Sessions.open(settings.withDatabase(database), ApplicationNames.session("verification"));
  }
}
