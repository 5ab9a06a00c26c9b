package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.job.Trouble;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Schema {@code pgcask} of a database and the functions in it that are of one connection. */
final class OwnFunctions {

  private static final String FUNCTIONS =
      """
      SELECT p.proname FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'pgcask'
      """;

  private final Connection session;
  private final OwnObjects own;
  private final Clock clock;
  private Instant deniedUntil = Instant.MIN;

  OwnFunctions(Connection session, OwnObjects own, Clock clock) {
    this.session = session;
    this.own = own;
    this.clock = clock;
  }

  /**
   * Makes a function, and the schema before it, unless it is there.
   *
   * @param troubles gets what is in the way
   * @return whether it is there now
   */
  boolean make(String name, String sql, List<Trouble> troubles) throws SQLException {
    if (names().contains(name)) {
      return true;
    }
    if (deniedUntil.isAfter(clock.instant())) {
      troubles.add(
          new Trouble(
              Reason.TRIGGERS_DENIED, "the role may not create schema pgcask and functions in it"));
      return false;
    }
    try {
      if (!schemaExists()) {
        Installation.run(session, "CREATE SCHEMA pgcask");
      }
      Installation.run(session, sql);
      return true;
    } catch (SQLException e) {
      if (!Installation.state(e).equals(Installation.INSUFFICIENT_PRIVILEGE)) {
        throw e;
      }
      deniedUntil = clock.instant().plus(Installation.DENIED_PAUSE);
      troubles.add(new Trouble(Reason.TRIGGERS_DENIED, Installation.message(e)));
      return false;
    }
  }

  /** Drops the functions and, if nobody else has anything in it, the schema. */
  void remove() throws SQLException {
    var functions = names();
    var ours = new TreeSet<>(own.eventTriggers());
    ours.add(own.rowsFunction());
    if (functions.stream().anyMatch(ours::contains)) {
      Installation.run(session, own.dropFunctions().toArray(String[]::new));
      functions.removeAll(ours);
    }
    if (functions.isEmpty() && schemaIsOurs()) {
      try {
        Installation.run(session, "DROP SCHEMA IF EXISTS pgcask");
      } catch (SQLException e) {
        if (!Installation.state(e).startsWith("2BP")
            && !Installation.state(e).equals(Installation.INSUFFICIENT_PRIVILEGE)) {
          throw e;
        }
      }
    }
  }

  private boolean schemaExists() throws SQLException {
    return !Installation.strings(
            session,
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY (?)",
            List.of(OwnObjects.SCHEMA))
        .isEmpty();
  }

  private boolean schemaIsOurs() throws SQLException {
    return !Installation.strings(
            session,
            """
            SELECT nspname FROM pg_catalog.pg_namespace
            WHERE nspname = ANY (?) AND pg_catalog.pg_has_role(nspowner, 'USAGE')
            """,
            List.of(OwnObjects.SCHEMA))
        .isEmpty();
  }

  /** Names of all functions in schema pgcask, whoever's they are. */
  List<String> names() throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(FUNCTIONS)) {
      var names = new ArrayList<String>();
      while (row.next()) {
        names.add(row.getString(1));
      }
      return names;
    }
  }
}
