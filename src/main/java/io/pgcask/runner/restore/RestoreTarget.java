package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.DatabaseSql;
import io.pgcask.runner.stored.StoredBackup;
import java.sql.Connection;
import java.sql.SQLException;

/** The server and the database that are restored into. */
final class RestoreTarget {
  /** Ours stays open beside that of the tool, and one more is opened now and then. */
  private static final int CONNECTIONS = 2;

  /** Two that change the names, and the one that has kept the lock. */
  private static final int CONNECTIONS_TO_REPLACE = 3;

  private static final String USABLE_TABLESPACE =
      """
      SELECT pg_catalog.has_tablespace_privilege(oid, 'CREATE')
      FROM pg_catalog.pg_tablespace WHERE spcname = ?
      """;

  private final Task.Restore task;
  private final ConnectionSettings settings;
  private final Connection maintenance;
  private final ServerFacts server;

  /**
   * Asks the server for its facts.
   *
   * @param maintenance session in another database than the target
   */
  RestoreTarget(Task.Restore task, ConnectionSettings settings, Connection maintenance)
      throws PostgresException {
    this.task = task;
    this.settings = settings;
    this.maintenance = maintenance;
    this.server = ServerFacts.read(maintenance);
  }

  ServerFacts server() {
    return server;
  }

  /** All checks of the target; the lock on its name, once had, is held by the session. */
  Client plan(RestorePlan plan, RestoreSource source, ClientTools tools)
      throws TaskFailedException, PostgresException {
    var queries = new TargetQueries(maintenance);
    var manifest = source.manifest();
    checkServer(plan, manifest);
    plan.mustHavePassed();
    var client = checkClient(plan, source.backup(), tools);
    checkConnections(plan, queries);
    checkLock(plan, queries);
    switch (task.mode()) {
      case CREATE_NEW -> checkAbsent(plan, queries, source.properties());
      case INTO_EMPTY -> checkEmpty(plan);
      case CLEAN, REPLACE -> new ExistingTarget(task, settings, maintenance).check(plan);
    }
    plan.mustHavePassed();
    return client;
  }

  private void checkServer(RestorePlan plan, Manifest manifest) {
    if (!server.supported()) {
      plan.failed(
          "server",
          Reason.UNSUPPORTED_VERSION,
          "the target is PostgreSQL %s; 14 and newer are supported".formatted(server.version()));
    } else if (server.inRecovery()) {
      plan.failed(
          "server",
          Reason.INVALID_OPTIONS,
          "the target is a standby, which cannot be written to; use its primary");
    } else {
      plan.passed("server", "PostgreSQL " + server.version() + " can be reached");
      if (server.major() < manifest.serverVersionNum() / 10000) {
        plan.warning(
            "version",
            "the target (%s) is older than the original server (%s); what it does not know will fail"
                .formatted(server.version(), manifest.serverVersion()));
      }
    }
  }

  /** The newer of archive and target decides: an older pg_restore reads no newer archive. */
  private Client checkClient(RestorePlan plan, StoredBackup backup, ClientTools tools)
      throws TaskFailedException {
    try {
      var client = backup.reader(tools, server.major(), task.choice().jobs() > 1);
      plan.passed("client", "client programs of PostgreSQL " + client.major());
      return client;
    } catch (PostgresException e) {
      plan.failed("client", e.reason(), e.getMessage());
      throw TaskFailedException.of(e);
    }
  }

  private void checkConnections(RestorePlan plan, TargetQueries queries) throws PostgresException {
    long free = queries.freeConnections();
    int needed =
        (task.mode() == RestoreMode.REPLACE ? CONNECTIONS_TO_REPLACE : CONNECTIONS)
            + (task.choice().jobs() - 1);
    if (free < needed) {
      plan.failed(
          "connections",
          Reason.TOO_MANY_CONNECTIONS,
          "the server has %d free connections for this role, %d are needed"
              .formatted(Math.max(0, free), needed));
    } else {
      plan.passed("connections", "enough free connections");
    }
  }

  private void checkLock(RestorePlan plan, TargetQueries queries) throws PostgresException {
    if (queries.lock(settings.database())) {
      plan.passed("lock", "no other restore into this database runs");
    } else {
      plan.failed(
          "lock",
          Reason.LOCK_TIMEOUT,
          "another restore into database %s runs on this server".formatted(settings.database()));
    }
  }

  private void checkAbsent(RestorePlan plan, TargetQueries queries, Manifest.Database properties)
      throws PostgresException {
    var name = settings.database();
    if (ServerFacts.databaseExists(maintenance, name)) {
      plan.failed(
          "database",
          Reason.DATABASE_EXISTS,
          "database %s exists already; mode CreateNew never writes into an existing one"
              .formatted(name));
    } else {
      plan.passed("database", "database " + name + " does not exist and will be created");
    }
    if (queries.mayCreateDatabase()) {
      plan.passed("rights", "the role may create databases");
    } else {
      plan.failed(
          "rights",
          Reason.PERMISSION_DENIED,
          "role %s may not create databases; run: ALTER ROLE %s CREATEDB"
              .formatted(settings.user(), Sql.identifier(settings.user())));
    }
    checkProperties(plan, properties);
    if (task.createDatabase() != null && task.createDatabase().tablespace() != null) {
      checkTablespace(plan, queries, task.createDatabase().tablespace());
    }
  }

  private void checkTablespace(RestorePlan plan, TargetQueries queries, String tablespace)
      throws PostgresException {
    var usable = queries.strings(USABLE_TABLESPACE, tablespace);
    if (usable.isEmpty()) {
      plan.failed(
          "tablespace",
          Reason.INVALID_OPTIONS,
          "the server has no tablespace %s: create it, or leave out createDatabase.tablespace"
              .formatted(tablespace));
    } else if (usable.contains("t")) {
      plan.passed("tablespace", "the role may use tablespace " + tablespace);
    } else {
      plan.failed(
          "tablespace",
          Reason.PERMISSION_DENIED,
          "role %s may not use tablespace %s; run: GRANT CREATE ON TABLESPACE %s TO %s"
              .formatted(
                  settings.user(),
                  tablespace,
                  Sql.identifier(tablespace),
                  Sql.identifier(settings.user())));
    }
  }

  private void checkProperties(RestorePlan plan, Manifest.Database properties) {
    if (!new DatabaseSql(settings.database(), properties).providerKnownTo(server.major())) {
      plan.warning(
          "locale",
          "the target does not know locale provider %s; the database gets libc's %s, and texts may"
                  .formatted(properties.localeProvider(), properties.collate())
              + " sort in another order");
    }
  }

  private void checkEmpty(RestorePlan plan) throws PostgresException {
    var name = settings.database();
    if (!ServerFacts.databaseExists(maintenance, name)) {
      plan.failed(
          "database",
          Reason.DATABASE_NOT_FOUND,
          "database %s does not exist; mode IntoEmpty needs an empty one".formatted(name));
      return;
    }
    if (!task.choice().createsTables()) {
      plan.passed("database", "database " + name + " exists"); // its tables are looked at later
      return;
    }
    try (var session = Sessions.open(settings, ApplicationNames.session(task.uid()))) {
      var queries = new TargetQueries(session);
      var objects = queries.objects();
      if (objects.isEmpty()) {
        plan.passed("database", "database " + name + " exists and is empty");
      } else {
        plan.failed(
            "database",
            Reason.DATABASE_NOT_EMPTY,
            "database %s is not empty: it holds %s".formatted(name, String.join(", ", objects)));
      }
      if (task.choice().role().isPresent()) {
        return; // whose rights count, not those of this session
      }
      if (queries.mayCreateInDatabase()) {
        plan.passed("rights", "the role may create objects in the database");
      } else {
        plan.failed(
            "rights",
            Reason.PERMISSION_DENIED,
            "role %s may not create objects in database %s".formatted(settings.user(), name));
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
