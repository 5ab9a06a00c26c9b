package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.connection.watch.FollowedTables.Base;
import io.pgcask.operator.job.Trouble;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes what pgcask has in a database what it should be, in small steps: one table per transaction,
 * none of which waits for a lock longer than {@link #LOCK_TIMEOUT}. A table that cannot be had is
 * left alone for a second, then two, up to a minute.
 *
 * <p>While ours waits for a lock, writers queue behind it; hence the time-out. Commits of ours do
 * not wait for the disk or for a standby, since the lock is held that long.
 */
final class Installation {

  /** How long a writer of a table may at most have to wait behind us. */
  static final Duration LOCK_TIMEOUT = Duration.ofMillis(50);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** A right that is missing is not there a second later. */
  static final Duration DENIED_PAUSE = Duration.ofMinutes(5);

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String UNDEFINED_TABLE = "42P01";

  private static final String TABLE_TRIGGERS =
      """
      SELECT t.tgrelid::bigint,
             pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
      FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE t.tgname = ? AND NOT t.tgisinternal
      """;

  private final Connection session;
  private final OwnObjects own;
  private final Clock clock;
  private final OwnFunctions functions;
  private final EventTriggers eventTriggers;
  private final Map<Long, Pause> pauses = new HashMap<>();

  Installation(Connection session, OwnObjects own, Clock clock) {
    this.session = session;
    this.own = own;
    this.clock = clock;
    this.functions = new OwnFunctions(session, own, clock);
    this.eventTriggers = new EventTriggers(session, own, functions);
  }

  private record Pause(Instant until, Duration length) {}

  /**
   * What a step came to.
   *
   * @param tables those that have a trigger of ours now, by OID
   * @param eventTriggers whether they are all there
   * @param clean whether nothing of this connection's is left
   * @param trouble what could not be done
   */
  record State(
      Map<Long, String> tables, boolean eventTriggers, boolean clean, Optional<Trouble> trouble) {}

  /** Sets the bounds of every later statement of the session. */
  static void bound(Connection session) throws SQLException {
    run(
        session,
        "SET lock_timeout = %d".formatted(LOCK_TIMEOUT.toMillis()),
        "SET statement_timeout = '10s'",
        "SET synchronous_commit = off",
        "SET client_min_messages = error",
        // a node that has lost its power leaves no session behind
        "SET tcp_keepalives_idle = 30",
        "SET tcp_keepalives_interval = 10",
        "SET tcp_keepalives_count = 3",
        "SET search_path = pg_catalog");
  }

  /**
   * One step towards what is wanted.
   *
   * @param tables that are to have a trigger
   */
  State step(boolean withEventTriggers, Collection<Base> tables) throws SQLException {
    var wanted = new TreeMap<Long, Base>();
    tables.forEach(table -> wanted.put(table.oid(), table));
    var troubles = new ArrayList<Trouble>();
    var installed = tableTriggers();
    dropSurplus(installed, wanted, troubles);
    addMissing(installed, wanted, troubles);
    boolean events = eventTriggers.step(withEventTriggers, troubles);
    var there = tableTriggers();
    boolean clean = wanted.isEmpty() && !withEventTriggers && there.isEmpty();
    if (clean) {
      functions.remove();
    }
    return new State(there, events, clean, troubles.stream().findFirst());
  }

  private void dropSurplus(
      Map<Long, String> installed, Map<Long, Base> wanted, List<Trouble> troubles)
      throws SQLException {
    for (var surplus : installed.entrySet()) {
      if (!wanted.containsKey(surplus.getKey())) {
        onTable(
            surplus.getKey(), surplus.getValue(), own.dropTrigger(surplus.getValue()), troubles);
      }
    }
  }

  private void addMissing(
      Map<Long, String> installed, Map<Long, Base> wanted, List<Trouble> troubles)
      throws SQLException {
    var missing = new TreeMap<>(wanted);
    missing.keySet().removeAll(installed.keySet());
    var notOurs = missing.values().stream().filter(table -> !table.ours()).toList();
    if (!notOurs.isEmpty()) {
      troubles.add(
          new Trouble(
              Reason.TRIGGERS_DENIED,
              "a trigger on %s takes its owner or a member of that role: nobody else could drop it again"
                  .formatted(notOurs.getFirst().quoted())));
    }
    missing.values().removeIf(table -> !table.ours() || !table.takesTriggers());
    if (missing.isEmpty()
        || !functions.make(own.rowsFunction(), own.createRowsFunction(), troubles)) {
      return;
    }
    for (var table : missing.values()) {
      onTable(table.oid(), table.quoted(), own.createTrigger(table.quoted()), troubles);
    }
  }

  /** One statement that locks one table. */
  private void onTable(long oid, String table, String sql, List<Trouble> troubles)
      throws SQLException {
    var now = clock.instant();
    var pause = pauses.get(oid);
    if (pause != null && pause.until().isAfter(now)) {
      troubles.add(busy(table));
      return;
    }
    try {
      run(session, sql);
      pauses.remove(oid);
    } catch (SQLException e) {
      switch (state(e)) {
        case LOCK_NOT_AVAILABLE -> {
          var next = pause == null ? FIRST_PAUSE : pause.length().multipliedBy(2);
          var length = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
          pauses.put(oid, new Pause(now.plus(length), length));
          troubles.add(busy(table));
        }
        case INSUFFICIENT_PRIVILEGE -> {
          pauses.put(oid, new Pause(now.plus(DENIED_PAUSE), DENIED_PAUSE));
          troubles.add(new Trouble(Reason.TRIGGERS_DENIED, table + ": " + message(e)));
        }
        case UNDEFINED_TABLE -> pauses.remove(oid); // dropped a moment ago
        default -> throw e;
      }
    }
  }

  private static Trouble busy(String table) {
    return new Trouble(
        Reason.TABLE_BUSY, "%s is locked by others; its trigger is seen to later".formatted(table));
  }

  private Map<Long, String> tableTriggers() throws SQLException {
    try (var statement = session.prepareStatement(TABLE_TRIGGERS)) {
      statement.setString(1, own.trigger());
      var found = new TreeMap<Long, String>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          found.put(row.getLong(1), row.getString(2));
        }
      }
      return found;
    }
  }

  /** The first column of a query whose only parameter is a list of names. */
  static List<String> strings(Connection session, String query, Collection<String> names)
      throws SQLException {
    try (var statement = session.prepareStatement(query)) {
      statement.setArray(1, session.createArrayOf("text", names.toArray()));
      return Sessions.strings(statement);
    }
  }

  static String state(SQLException e) {
    return Optional.ofNullable(e.getSQLState()).orElse("");
  }

  static String message(SQLException e) {
    return Sessions.failure(e).getMessage();
  }

  static void run(Connection session, String... statements) throws SQLException {
    for (var sql : statements) {
      Sessions.execute(session, sql);
    }
  }
}
