package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestDatabaseBuilder;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.DatabaseReader;
import io.pgcask.runner.database.DatabaseSql;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Puts a restored database in the place of one that exists: it is filled under a temporary name,
 * and gets its own only when it is whole. Whatever fails before, the target is as it was, and the
 * temporary database is dropped.
 */
final class Replacement {
  /** To name the default one would take the right to create in it. */
  private static final String TABLESPACE =
      """
      SELECT t.spcname FROM pg_catalog.pg_database d
      JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
      WHERE d.datname = ? AND d.dattablespace <>
        (SELECT dattablespace FROM pg_catalog.pg_database WHERE datname = 'template0')
      """;

  private final RunContext context;
  private final Task.Restore task;
  private final ConnectionSettings settings;
  private final int serverMajor;
  private final ReplacementNames names;
  private final String sessionName;

  private boolean outcomeUnknown;
  private boolean temporaryLeft;
  private Optional<Result.Kept> kept = Optional.empty();

  /** Of the database of the settings. */
  Replacement(RunContext context, Task.Restore task, ConnectionSettings settings, int serverMajor) {
    this.context = context;
    this.task = task;
    this.settings = settings;
    this.serverMajor = serverMajor;
    this.names = ReplacementNames.of(settings.database(), task.uid());
    this.sessionName = ApplicationNames.session(task.uid());
  }

  /** What fills a database. */
  interface Load {
    void into(ConnectionSettings database)
        throws TaskFailedException, PostgresException, IOException, InterruptedException;
  }

  /** Opens a session for work on the server. */
  interface Maintenance {
    Connection open() throws PostgresException;
  }

  /**
   * Does it.
   *
   * @param session that holds the lock on the target's name
   * @param maintenance for more sessions: that one may die of silence during the load
   * @throws TaskFailedException if it was not done; the target is as it was
   */
  void run(Connection session, Maintenance maintenance, Load load)
      throws TaskFailedException, InterruptedException {
    try {
      var backend = new TargetQueries(session).backend();
      create(session, maintenance);
      try {
        mark(session);
        var oid = new TargetQueries(session).databaseOid(names.temporary());
        rehearse(session);
        load.into(settings.withDatabase(names.temporary()));
        context.cancellation().check();
        swap(session, backend, oid, maintenance);
      } catch (TaskFailedException e) {
        throw undone(e, maintenance);
      } catch (PostgresException e) {
        throw undone(TaskFailedException.of(e), maintenance);
      } catch (SQLException e) {
        throw undone(TaskFailedException.of(Sessions.failure(e)), maintenance);
      } catch (StorageException e) {
        throw undone(TaskFailedException.of(e), maintenance);
      } catch (IOException e) {
        throw undone(
            new TaskFailedException(Reason.INTERNAL, "the runner failed: " + e.getMessage()),
            maintenance);
      } catch (InterruptedException | RuntimeException e) {
        drop(maintenance);
        throw e;
      }
    } catch (PostgresException e) {
      throw TaskFailedException.of(e);
    }
  }

  /** What was put aside; empty unless the names were changed. */
  Optional<Result.Kept> kept() {
    return kept;
  }

  /** Whether the temporary database is, or may be, still there. */
  boolean temporaryLeft() {
    return temporaryLeft;
  }

  private void create(Connection session, Maintenance maintenance)
      throws TaskFailedException, PostgresException {
    var tablespace =
        new TargetQueries(session)
            .strings(TABLESPACE, settings.database()).stream()
                .map(name -> " TABLESPACE " + Sql.identifier(name))
                .findFirst();
    var sql =
        new DatabaseSql(names.temporary(), properties()).create(serverMajor)
            + tablespace.orElse("");
    try {
      DatabaseCreation.execute(session, sql);
    } catch (PostgresException e) {
      var failure =
          new TaskFailedException(
              e.reason() == Reason.INTERNAL ? Reason.RESTORE_FAILED : e.reason(),
              "database %s cannot be created: %s".formatted(names.temporary(), e.getMessage()));
      // one that is there already is not ours; any other error may be that of a lost answer
      throw e.reason() == Reason.DATABASE_EXISTS ? failure : undone(failure, maintenance);
    }
  }

  private Manifest.Database properties() throws PostgresException {
    try (var session = Sessions.open(settings, sessionName)) {
      return new DatabaseReader(session, serverMajor).read();
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** If this process is killed, the operator finds by it what it may drop. */
  private void mark(Connection session) throws PostgresException {
    DatabaseCreation.execute(
        session, comment(names.temporary(), Optional.of(ReplacementNames.mark(task.uid()))));
  }

  private static String comment(String database, Optional<String> text) {
    return "COMMENT ON DATABASE %s IS %s"
        .formatted(Sql.identifier(database), text.map(Sql::literal).orElse("NULL"));
  }

  /** Sets what will be set after the load and takes it back, so that a missing right shows now. */
  private void rehearse(Connection session)
      throws TaskFailedException, PostgresException, SQLException {
    session.setAutoCommit(false);
    try {
      applyProperties(session, properties());
    } finally {
      session.rollback();
      session.setAutoCommit(true);
    }
  }

  /**
   * Unlike those of a new database, they must all be had: who may connect is one of them. The
   * comment comes with the name, since until then it is the mark.
   */
  private void applyProperties(Connection session, Manifest.Database properties)
      throws TaskFailedException, PostgresException {
    var withoutComment = ManifestDatabaseBuilder.builder(properties).comment(null).build();
    for (var statement : new DatabaseSql(names.temporary(), withoutComment).afterData()) {
      try {
        DatabaseCreation.execute(session, statement);
      } catch (PostgresException e) {
        throw new TaskFailedException(
            e.reason() == Reason.INTERNAL ? Reason.RESTORE_FAILED : e.reason(),
            "the new database cannot get a property of the old one: " + e.getMessage());
      }
    }
  }

  private void swap(
      Connection first, int firstBackend, Optional<String> oid, Maintenance maintenance)
      throws TaskFailedException, PostgresException, SQLException, InterruptedException {
    try (var session = maintenance.open();
        var watching = maintenance.open()) {
      keepLock(first, firstBackend, session);
      session.setAutoCommit(false);
      var properties = properties();
      applyProperties(session, properties);
      session.commit();
      session.setAutoCommit(true);
      var backend = new TargetQueries(session).backend();
      var others = new OtherSessions(watching, settings.database(), task.uid());
      var old = new TargetQueries(session).databaseOid(settings.database());
      try {
        new DatabaseSwap(
                settings.database(),
                names,
                comment(settings.database(), Optional.ofNullable(properties.comment())),
                others,
                task.bounds().terminateConnections())
            .run(session);
      } catch (PostgresException e) {
        if (!isTarget(oid, backend, maintenance)) {
          throw new TaskFailedException(
              e.reason() == Reason.INTERNAL ? Reason.RESTORE_FAILED : e.reason(),
              "the databases could not be renamed: " + e.getMessage());
        }
      }
      kept = old.map(oidOfOld -> new Result.Kept(names.kept(), Long.parseLong(oidOfOld)));
    }
  }

  /** If the session that has the lock is dead, another one takes it. */
  private void keepLock(Connection first, int firstBackend, Connection session)
      throws TaskFailedException, PostgresException, SQLException {
    if (first.isValid(LockingSession.ANSWER_SECONDS)) {
      return;
    }
    LockingSession.takeOver(
        new TargetQueries(session), firstBackend, sessionName, List.of(settings.database()));
  }

  /** Whether a transaction whose answer was lost has given the new database its name. */
  private boolean isTarget(Optional<String> oid, int backend, Maintenance maintenance)
      throws TaskFailedException {
    try (var session = maintenance.open()) {
      var queries = new TargetQueries(session);
      queries.end(backend, sessionName);
      return oid.isPresent() && oid.equals(queries.databaseOid(settings.database()));
    } catch (PostgresException | SQLException e) {
      outcomeUnknown = true;
      temporaryLeft = true;
      throw new TaskFailedException(
          Reason.HOST_UNREACHABLE,
          "the server was lost while the databases were renamed; if there is a database %s, that is"
                  .formatted(names.kept())
              + " the old one, and the new one has its place");
    }
  }

  private TaskFailedException undone(TaskFailedException failure, Maintenance maintenance) {
    if (outcomeUnknown) {
      return failure;
    }
    var left = drop(maintenance);
    return new TaskFailedException(
        failure.reason(),
        "%s; database %s is as it was%s"
            .formatted(failure.getMessage(), settings.database(), left));
  }

  /** Drops the temporary database, which nobody but us knows; returns what is to be said if not. */
  private String drop(Maintenance maintenance) {
    try (var session = maintenance.open()) {
      DatabaseCreation.execute(session, "SET lock_timeout = '30s'");
      DatabaseCreation.execute(
          session,
          "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(Sql.identifier(names.temporary())));
      return "";
    } catch (PostgresException | SQLException e) {
      temporaryLeft = true;
      var left =
          "database %s could not be dropped yet; pgcask goes on trying"
              .formatted(names.temporary());
      context.reporter().warning(left);
      return "; " + left;
    }
  }
}
