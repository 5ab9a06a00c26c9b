package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.Realtime;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.WatchSchema;
import io.pgcask.operator.connection.watch.SchemaReader.Observation;
import io.pgcask.operator.job.Trouble;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.PGConnection;

/** One session that follows a database, from its login to its end. Of one thread. */
final class WatchSession {

  /** A change of the schema is looked at no more often, whatever comes. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  /** Nor does looking take more than a quarter of the time. */
  private static final int COST_FACTOR = 3;

  private static final Duration COUNTERS_EVERY = Duration.ofSeconds(1);
  private static final FollowedTables NONE = new FollowedTables(Map.of(), Map.of(), List.of());

  private static final String FACTS =
      """
      SELECT pg_catalog.pg_is_in_recovery(),
             pg_catalog.current_setting('max_prepared_transactions')::int > 0
      """;

  private final Connection session;
  private final PGConnection notifications;
  private final OwnObjects own;
  private final Clock clock;
  private final Watcher.Timing timing;
  private final Subscriptions subscriptions;
  private final Installation installation;
  private final Orphans orphans;

  private WatchPlan plan;
  private WatchReport report;
  private FollowedTables listened = NONE;
  private FollowedTables subscribed = NONE;
  private Optional<Trouble> obstacle = Optional.empty();
  private boolean listening;
  private boolean mayHaveChanged = true;
  private long lastHeartbeat;
  private long lastLook;
  private long lastCounters;
  private Duration lookCost = Duration.ZERO;
  private boolean heartbeatSoon = true;

  WatchSession(
      Connection session,
      OwnObjects own,
      WatchPlan plan,
      WatchReport report,
      Subscriptions subscriptions,
      Watcher.Timing timing,
      Clock clock)
      throws SQLException {
    this.session = session;
    this.notifications = session.unwrap(PGConnection.class);
    this.own = own;
    this.plan = plan;
    this.report = report;
    this.subscriptions = subscriptions;
    this.timing = timing;
    this.clock = clock;
    this.installation = new Installation(session, own, clock);
    this.orphans = new Orphans(session, own, timing.orphanGrace(), clock);
    Installation.bound(session);
  }

  /**
   * Does what is due and waits a moment for notifications.
   *
   * @return what is known after it
   */
  WatchReport turn(WatchPlan wanted) throws SQLException {
    var current = wanted.at(clock.instant());
    if (!current.equals(plan) || !listening && obstacle.isEmpty()) {
      heartbeatSoon = true;
    }
    plan = current;
    if (heartbeatSoon || isDue(lastHeartbeat, timing.heartbeat())) {
      heartbeat();
    }
    boolean poll = isDue(lastLook, plan.pollInterval());
    boolean rested =
        isDue(lastLook, BETWEEN_LOOKS) && isDue(lastLook, lookCost.multipliedBy(COST_FACTOR));
    if (plan.looks() && (poll || mayHaveChanged && rested)) {
      look();
    }
    if (!subscriptions.isEmpty() && isDue(lastCounters, COUNTERS_EVERY)) {
      lastCounters = System.nanoTime();
      if (subscriptions.poll(session, subscribed, clock.instant())) {
        rowsChanged();
      }
    }
    await();
    return report;
  }

  /** Whether another session, of another operator, sees to the same objects. */
  boolean isAlone() throws SQLException {
    return orphans.unmarkAlive();
  }

  private void heartbeat() throws SQLException {
    heartbeatSoon = false;
    lastHeartbeat = System.nanoTime();
    obstacle = obstacle();
    boolean installs = plan.installs() && obstacle.isEmpty();
    if (installs && !listening) {
      orphans.markAlive();
      Installation.run(session, "LISTEN " + own.channel());
      listening = true;
    }
    listened =
        plan.wantsTableTriggers() ? FollowedTables.of(session, plan.listen().tables()) : NONE;
    subscribed = subscriptions.isEmpty() ? NONE : FollowedTables.of(session, subscriptions.names());
    if (obstacle.filter(o -> o.reason() == Reason.READ_ONLY_SERVER).isPresent()) {
      report(false, Map.of(), Optional.empty(), false);
      return;
    }
    var state =
        installation.step(
            installs && plan.wantsEventTriggers(),
            installs ? listened.tables().values() : List.of());
    heartbeatSoon = state.trouble().filter(t -> t.reason() == Reason.TABLE_BUSY).isPresent();
    if (plan.installs()) {
      orphans.step();
    }
    report(state.eventTriggers(), state.tables(), state.trouble(), state.clean());
  }

  private Optional<Trouble> obstacle() throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(FACTS)) {
      row.next();
      if (row.getBoolean(1)) {
        return Optional.of(
            new Trouble(
                Reason.READ_ONLY_SERVER,
                "the server is a standby: it takes no triggers; the schema is read at every probe"));
      }
      return row.getBoolean(2)
          ? Optional.of(
              new Trouble(
                  Reason.TWO_PHASE_COMMIT,
                  "max_prepared_transactions is above 0, and a transaction with a notification cannot be"
                      + " prepared: no trigger is installed"))
          : Optional.empty();
    }
  }

  private void report(
      boolean events, Map<Long, String> tables, Optional<Trouble> trouble, boolean clean) {
    var schema =
        plan.wantsEventTriggers()
            ? (events ? WatchSchema.TRIGGERS : WatchSchema.POLL)
            : plan.schema();
    var realtime =
        plan.realtime() == Realtime.TRIGGERS && tables.isEmpty()
            ? Realtime.STATISTICS
            : plan.realtime();
    report =
        new WatchReport(
            report.observation(), schema, realtime, report.rowsChanged(), trouble(trouble), clean);
  }

  private Optional<Trouble> trouble(Optional<Trouble> ofInstallation) {
    if (obstacle.isPresent() && plan.installs()) {
      return obstacle;
    }
    if (plan.realtime() == Realtime.TRIGGERS
        && plan.listen() instanceof ListenRequest.Invalid(var why)) {
      return Optional.of(new Trouble(Reason.LISTEN_INVALID, "annotation pgcask.io/listen: " + why));
    }
    if (ofInstallation.isPresent() || listened.missing().isEmpty()) {
      return ofInstallation;
    }
    return Optional.of(
        new Trouble(
            Reason.LISTEN_INVALID,
            "annotation pgcask.io/listen: %s does not exist, or holds no rows that can be followed"
                .formatted(listened.missing().getFirst())));
  }

  private void look() throws SQLException {
    mayHaveChanged = false;
    long start = System.nanoTime();
    var seen = SchemaReader.observe(session, plan.filter());
    lastLook = System.nanoTime();
    lookCost = Duration.ofNanos(lastLook - start);
    var before = report.observation();
    report = report.withObservation(seen);
    if (before.map(Observation::writes).filter(writes -> writes != seen.writes()).isPresent()) {
      rowsChanged();
    }
    if (before.map(Observation::fingerprint).filter(seen.fingerprint()::equals).isEmpty()) {
      heartbeatSoon = true; // a name may mean another table now
    }
  }

  private void rowsChanged() {
    report = report.withRowsChanged(clock.instant());
  }

  /** A session that does not listen waits in the same way: a server that is gone is noticed. */
  private void await() throws SQLException {
    var received = notifications.getNotifications((int) timing.tick().toMillis());
    if (received == null) {
      return;
    }
    var tables = new ArrayList<Long>();
    for (var notification : received) {
      var word = notification.getParameter().split(" ", 2)[0];
      if (word.equals("schema")) {
        mayHaveChanged = true;
      } else if (word.matches("[0-9]{1,10}")) {
        tables.add(Long.parseLong(word));
      }
    }
    tables.stream()
        .distinct()
        .forEach(oid -> subscriptions.noticed(subscribed, oid, clock.instant()));
    if (!tables.isEmpty()) {
      rowsChanged();
    }
  }

  private static boolean isDue(long last, Duration interval) {
    return last == 0 || System.nanoTime() - last >= interval.toNanos();
  }
}
