package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.ApplicationNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The checks of a target that exists and is to be cleaned or replaced. */
final class ExistingTarget {
  private static final String FACTS =
      """
      SELECT d.datallowconn, d.datistemplate, pg_catalog.pg_get_userbyid(d.datdba),
             pg_catalog.pg_has_role(d.datdba, 'USAGE'), t.spcname,
             pg_catalog.has_tablespace_privilege(t.oid, 'CREATE')
               OR d.dattablespace = (SELECT dattablespace FROM pg_catalog.pg_database
                                     WHERE datname = 'template0')
      FROM pg_catalog.pg_database d
      JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = ?
      """;

  private static final String PREPARED =
      "SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = ? ORDER BY gid";

  private static final String SLOTS =
      "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE database = ? ORDER BY slot_name";

  private static final String SUBSCRIPTIONS =
      """
      SELECT s.subname FROM pg_catalog.pg_subscription s
      JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = ? ORDER BY s.subname
      """;

  private final Task.Restore task;
  private final ConnectionSettings settings;
  private final Connection maintenance;
  private final TargetQueries queries;

  /**
   * Of a restore in mode Clean or Replace.
   *
   * @param maintenance session in another database than the target, if there is one
   */
  ExistingTarget(Task.Restore task, ConnectionSettings settings, Connection maintenance) {
    this.task = task;
    this.settings = settings;
    this.maintenance = maintenance;
    this.queries = new TargetQueries(maintenance);
  }

  /** All of them, the lock on the target's name aside. */
  void check(RestorePlan plan) throws PostgresException {
    var name = settings.database();
    if (!ServerFacts.databaseExists(maintenance, name)) {
      plan.failed(
          "database",
          Reason.DATABASE_NOT_FOUND,
          "database %s does not exist; modes Clean and Replace need one, CreateNew makes one"
              .formatted(name));
      return;
    }
    boolean replace = task.mode() == RestoreMode.REPLACE;
    try (var statement = maintenance.prepareStatement(FACTS)) {
      statement.setString(1, name);
      try (var row = statement.executeQuery()) {
        row.next();
        if (!row.getBoolean(1) || row.getBoolean(2)) {
          plan.failed(
              "database",
              Reason.INVALID_OPTIONS,
              "database %s is a template or allows no connections; it cannot be restored into"
                  .formatted(name));
        } else {
          plan.passed("database", "database " + name + " exists");
        }
        if (replace) {
          checkRights(
              plan, row.getString(3), row.getBoolean(4), row.getString(5), row.getBoolean(6));
        }
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    if (replace) {
      checkNames(plan);
    } else {
      checkRightsInside(plan);
    }
    checkSessions(plan);
    checkNone(plan, "prepared transactions", queries.strings(PREPARED, name));
    if (replace) {
      checkNone(plan, "replication slots", queries.strings(SLOTS, name));
      checkNone(plan, "subscriptions", queries.strings(SUBSCRIPTIONS, name));
    }
  }

  private void checkRights(
      RestorePlan plan, String owner, boolean owned, String tablespace, boolean usesTablespace)
      throws PostgresException {
    var user = settings.user();
    if (!queries.mayCreateDatabase()) {
      plan.failed(
          "rights",
          Reason.PERMISSION_DENIED,
          "role %s may not create and rename databases; run: ALTER ROLE %s CREATEDB"
              .formatted(user, Sql.identifier(user)));
    } else if (!owned) {
      plan.failed(
          "rights",
          Reason.PERMISSION_DENIED,
          "database %s belongs to role %s, and only its owner may rename it; run: GRANT %s TO %s"
              .formatted(settings.database(), owner, Sql.identifier(owner), Sql.identifier(user)));
    } else if (!usesTablespace) {
      plan.failed(
          "rights",
          Reason.PERMISSION_DENIED,
          "the new database belongs into tablespace %s; run: GRANT CREATE ON TABLESPACE %s TO %s"
              .formatted(tablespace, Sql.identifier(tablespace), Sql.identifier(user)));
    } else {
      plan.passed("rights", "the role may create a database and rename this one");
    }
  }

  private void checkRightsInside(RestorePlan plan) throws PostgresException {
    try (var session = Sessions.open(settings, ApplicationNames.session(task.uid()))) {
      if (new TargetQueries(session).mayCreateInDatabase()) {
        plan.passed("rights", "the role may create objects in the database");
      } else {
        plan.failed(
            "rights",
            Reason.PERMISSION_DENIED,
            "role %s may not create objects in database %s"
                .formatted(settings.user(), settings.database()));
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** The names that the swap needs are free, and its sessions are elsewhere. */
  private void checkNames(RestorePlan plan) throws PostgresException {
    var names = ReplacementNames.of(settings.database(), task.uid());
    for (var name : List.of(names.temporary(), names.kept())) {
      if (ServerFacts.databaseExists(maintenance, name)) {
        plan.failed(
            "names",
            Reason.DATABASE_EXISTS,
            "database %s exists already; look at it and drop or rename it".formatted(name));
        return;
      }
    }
    if (queries.strings("SELECT pg_catalog.current_database()").contains(settings.database())) {
      plan.failed(
          "names",
          Reason.INVALID_OPTIONS,
          "a database is renamed from another one, and %s is the only one that the role can log in to;"
                  .formatted(settings.database())
              + " name one as maintenanceDatabase of the connection");
    } else {
      plan.passed("names", "the old database will be called " + names.kept());
    }
  }

  private void checkSessions(RestorePlan plan) throws PostgresException {
    var sessions = new OtherSessions(maintenance, settings.database(), task.uid()).list();
    var protectedOnes = sessions.stream().filter(session -> !session.endable()).toList();
    if (sessions.isEmpty()) {
      plan.passed("sessions", "nobody else is connected to the database");
    } else if (!task.bounds().terminateConnections()) {
      plan.failed(
          "sessions",
          Reason.DATABASE_IN_USE,
          "others are connected: %s; stop them, or set terminateConnections"
              .formatted(OtherSessions.shown(sessions)));
    } else if (!protectedOnes.isEmpty()) {
      plan.failed(
          "sessions",
          Reason.PERMISSION_DENIED,
          "role %s may not end sessions: %s; grant it pg_signal_backend, or end those of superusers"
              .formatted(settings.user(), OtherSessions.shown(protectedOnes)));
    } else {
      plan.warning(
          "sessions",
          "%d sessions of others will be ended: %s"
              .formatted(sessions.size(), OtherSessions.shown(sessions)));
    }
  }

  private void checkNone(RestorePlan plan, String what, List<String> found) {
    if (found.isEmpty()) {
      plan.passed(what, "the database has no " + what);
    } else {
      plan.failed(
          what,
          Reason.DATABASE_IN_USE,
          "the database has %s: %s; end or drop them first"
              .formatted(what, String.join(", ", found)));
    }
  }
}
