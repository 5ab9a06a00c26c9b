package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.DatabaseSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Makes the target database with the properties of the original. */
final class DatabaseCreation {
  private final RunContext context;
  private final ConnectionSettings settings;
  private final DatabaseSql sql;

  DatabaseCreation(RunContext context, ConnectionSettings settings, Manifest.Database properties) {
    this.context = context;
    this.settings = settings;
    this.sql = new DatabaseSql(settings.database(), properties);
  }

  /**
   * Creates it. Nothing else has been written before.
   *
   * @param tablespace empty: the server's default
   * @throws TaskFailedException if the server refuses, for example a locale that it does not have
   */
  void create(Connection maintenance, int targetMajor, Optional<String> tablespace)
      throws TaskFailedException {
    try {
      execute(
          maintenance,
          sql.create(targetMajor)
              + tablespace.map(space -> " TABLESPACE " + Sql.identifier(space)).orElse(""));
    } catch (PostgresException e) {
      if (e.reason() != Reason.INTERNAL) {
        throw TaskFailedException.of(e);
      }
      throw new TaskFailedException(
          Reason.RESTORE_FAILED,
          "database %s cannot be created like that: %s; nothing was written. If the locale is the cause, give another one in createDatabase"
              .formatted(settings.database(), e.getMessage()));
    }
  }

  /** Lets another role fill it, as if it had created it. */
  void giveTo(Connection maintenance, String role) throws TaskFailedException {
    try {
      execute(
          maintenance,
          "ALTER DATABASE %s OWNER TO %s"
              .formatted(Sql.identifier(settings.database()), Sql.identifier(role)));
    } catch (PostgresException e) {
      throw new TaskFailedException(
          Reason.RESTORE_FAILED,
          "database %s is created, but cannot be given to options.role %s: %s; it is empty"
              .formatted(settings.database(), role, e.getMessage()));
    }
  }

  /** What belongs to the database itself; each thing that cannot be had is a warning. */
  void applyProperties(Connection maintenance) throws PostgresException {
    for (var statement : sql.afterData()) {
      try {
        execute(maintenance, statement);
      } catch (PostgresException e) {
        if (e.reason() == Reason.HOST_UNREACHABLE) {
          throw e;
        }
        context
            .reporter()
            .warning("a property of the database could not be set: " + e.getMessage());
      }
    }
  }

  static void execute(Connection session, String statement) throws PostgresException {
    try {
      Sessions.execute(session, statement);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
