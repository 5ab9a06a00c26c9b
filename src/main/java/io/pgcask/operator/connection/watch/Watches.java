package io.pgcask.operator.connection.watch;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.StatusWriter;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Follows the databases of all PostgresConnections. Most are looked at now and then, see {@link
 * Looks}; a {@link Watcher} is there only while triggers of ours are wanted or left, or somebody
 * has subscribed.
 *
 * <p>Before the first trigger is made, the connection has our finalizer: without it, there is
 * nothing of ours in its database.
 */
@ApplicationScoped
public class Watches {

  /** How long the end of a connection may wait for our triggers to be dropped. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(5);

  private final ConnectionResolver resolver;
  private final StatusWriter writer;
  private final Events events;
  private final Clock clock;
  private final SimpleInboundEventSource<PostgresConnection> changes =
      new SimpleInboundEventSource<>("watches");
  private final Map<String, Followed> followed = new ConcurrentHashMap<>();
  private final Looks looks;

  /** Made by the container, and by tests with parts of their own. */
  public Watches(ConnectionResolver resolver, StatusWriter writer, Events events, Clock clock) {
    this.resolver = resolver;
    this.looks = new Looks(resolver);
    this.writer = writer;
    this.events = events;
    this.clock = clock;
  }

  /**
   * A watcher and what it leads to.
   *
   * @param target what must stay as it is for the session to be the right one
   */
  private record Followed(Watcher watcher, List<Object> target) {}

  /** What has the reconciler called when something has changed. */
  public EventSource<?, PostgresConnection> changes() {
    return changes;
  }

  /**
   * Looks at the database, or asks the one who does, and sees to it that somebody does.
   *
   * @param status as the newest probe has made it
   * @param probed whether that was a moment ago: only then a login of ours is due as well
   * @return the same with what is known of the database
   */
  public PostgresConnectionStatus step(
      PostgresConnection connection, PostgresConnectionStatus status, boolean probed) {
    if (!probed && isUnseen(connection)) {
      return status; // right after a start of the operator
    }
    var now = clock.instant();
    var plan = WatchPlan.of(connection, now);
    var report =
        notAtAll(status)
            .map(trouble -> last(connection).withTrouble(trouble))
            .orElseGet(() -> report(connection, status, plan, probed, now));
    var shown = WatchStatusFactory.of(connection, status, plan, report, now);
    WatchStatusFactory.news(status, shown)
        .ifPresent(news -> events.warning(connection, news.reason(), news.message()));
    return shown;
  }

  private boolean isUnseen(PostgresConnection connection) {
    return !connection.hasFinalizer(Labels.FINALIZER)
        && !followed.containsKey(uid(connection))
        && looks.newest(connection).isEmpty();
  }

  /** A server that cannot be used, or a database that is not there. */
  private static Optional<Trouble> notAtAll(PostgresConnectionStatus status) {
    return status.conditions().stream()
        .filter(c -> c.type().equals(Condition.READY) || c.type().equals(Condition.DATABASE_EXISTS))
        .filter(c -> !c.holds())
        .findFirst()
        .map(c -> new Trouble(Reason.of(c.reason()), c.message()));
  }

  private WatchReport last(PostgresConnection connection) {
    return Optional.ofNullable(followed.get(uid(connection)))
        .map(found -> found.watcher().report())
        .or(() -> looks.newest(connection))
        .orElseGet(WatchReport::nothingYet);
  }

  private WatchReport report(
      PostgresConnection connection,
      PostgresConnectionStatus status,
      WatchPlan plan,
      boolean probed,
      Instant now) {
    boolean marked = connection.hasFinalizer(Labels.FINALIZER);
    var safe = marked ? plan : plan.readingOnly();
    var there = current(connection, status);
    if (marked || there.filter(w -> !w.subscriptions().isEmpty()).isPresent()) {
      var watcher = there.orElseGet(() -> watcher(connection, status, safe));
      watcher.follow(safe);
      return watcher.report();
    }
    if (there.isPresent()) {
      looks.keep(connection, there.get().report());
      retire(connection, there.get());
    }
    if (!plan.looks()) {
      looks.forget(connection);
      return WatchReport.nothingYet();
    }
    var last = last(connection);
    return probed ? looks.look(connection, last, safe, now) : last;
  }

  /** The watcher, if it is there and leads to where the connection leads now. */
  private Optional<Watcher> current(
      PostgresConnection connection, PostgresConnectionStatus status) {
    var found = followed.get(uid(connection));
    if (found == null) {
      return Optional.empty();
    }
    if (found.target().equals(target(connection, status))) {
      return Optional.of(found.watcher());
    }
    retire(connection, found.watcher());
    return Optional.empty();
  }

  private static List<Object> target(
      PostgresConnection connection, PostgresConnectionStatus status) {
    var spec = connection.getSpec();
    return List.of(
        Optional.ofNullable(spec.standard()),
        Optional.ofNullable(spec.connectionString()),
        Optional.ofNullable(spec.tls()),
        Optional.ofNullable(status.host()),
        Optional.ofNullable(status.port()),
        Optional.ofNullable(status.database()));
  }

  private Watcher watcher(
      PostgresConnection connection, PostgresConnectionStatus status, WatchPlan plan) {
    var id = ResourceID.fromResource(connection);
    var watcher =
        new Watcher(
                OwnObjects.of(uid(connection)),
                () ->
                    resolver.resolve(connection).open(Watcher.APPLICATION, Watcher.ANSWER_TIMEOUT),
                plan,
                () -> changes.propagateEvent(id),
                Watcher.Timing.DEFAULT,
                clock)
            .start(id.toString());
    followed.put(uid(connection), new Followed(watcher, target(connection, status)));
    return watcher;
  }

  private void retire(PostgresConnection connection, Watcher watcher) {
    followed.remove(uid(connection));
    watcher.retire(LIMIT);
  }

  /**
   * Sets our finalizer while triggers are wanted, and takes it off once none is left. To be called
   * with the resource as the status was written to it.
   */
  public void finalizer(PostgresConnection connection) {
    var plan = WatchPlan.of(connection, clock.instant());
    if (plan.installs()) {
      writer.finalizer(connection, true);
      return;
    }
    var found = followed.get(uid(connection));
    if (found != null
        && connection.hasFinalizer(Labels.FINALIZER)
        && found.watcher().report().clean()) {
      writer.finalizer(connection, false);
    }
  }

  /** The connection is gone, and nothing is left to be done in its database, or can be. */
  public void gone(PostgresConnection connection) {
    looks.forget(connection);
    Optional.ofNullable(followed.get(uid(connection)))
        .ifPresent(found -> retire(connection, found.watcher()));
  }

  /**
   * The connection goes: drops what is ours in its database, for a minute at most.
   *
   * @return how long to wait for another try; empty: the resource may go
   */
  public Optional<Duration> leave(PostgresConnection connection) {
    if (!connection.hasFinalizer(Labels.FINALIZER)) {
      gone(connection);
      return Optional.empty();
    }
    looks.forget(connection);
    var found = Optional.ofNullable(followed.get(uid(connection))).map(Followed::watcher);
    var status = Optional.ofNullable(connection.getStatus());
    var plan = WatchPlan.of(connection, clock.instant()).nothing();
    var watcher =
        found.orElseGet(
            () ->
                watcher(
                    connection,
                    status.orElseThrow(
                        () -> new IllegalStateException("the API server fills in a status")),
                    plan));
    watcher.retire(LIMIT);
    var deadline = Instant.parse(connection.getMetadata().getDeletionTimestamp()).plus(LIMIT);
    if (!watcher.report().clean() && clock.instant().isBefore(deadline)) {
      return Optional.of(Duration.ofSeconds(1));
    }
    if (!watcher.report().clean()) {
      events.warning(
          connection,
          Reason.TRIGGERS_LEFT,
          "triggers may be left in the database, which could not be reached or locked; run there: "
              + watcher.own().dropLines());
    }
    retire(connection, watcher);
    writer.finalizer(connection, false);
    return Optional.empty();
  }

  /**
   * Tells of changes of rows, until it is closed. By triggers at once, where annotation {@code
   * pgcask.io/listen} names the table, and by the server's counters within about a second of their
   * being counted.
   *
   * @param tables tables or views; those that do not exist are waited for
   * @param listener called on the watcher's thread; must be quick
   */
  public AutoCloseable subscribe(
      PostgresConnection connection, List<TableName> tables, Consumer<TableChange> listener) {
    var status = connection.getStatus();
    var plan = WatchPlan.of(connection, clock.instant());
    boolean marked = connection.hasFinalizer(Labels.FINALIZER);
    var watcher =
        current(connection, status)
            .orElseGet(() -> watcher(connection, status, marked ? plan : plan.readingOnly()));
    var subscription = new Subscriptions.Subscription(List.copyOf(tables), listener);
    watcher.subscriptions().add(subscription);
    return () -> {
      watcher.subscriptions().remove(subscription);
      changes.propagateEvent(ResourceID.fromResource(connection)); // it may end now
    };
  }

  /** An operator that stops leaves nothing behind, unless another has taken over. */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    for (var found : followed.values()) {
      found.watcher().retire(SHUTDOWN_LIMIT);
    }
    var deadline = System.nanoTime() + SHUTDOWN_LIMIT.toNanos();
    for (var found : followed.values()) {
      found.watcher().hasEnded(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }

  private static String uid(PostgresConnection connection) {
    return connection.getMetadata().getUid();
  }
}
