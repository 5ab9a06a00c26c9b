package io.pgcask.operator.connection;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.connection.Probes.Outcome;
import io.pgcask.operator.connection.watch.Watches;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.SpecOrAnnotations;
import io.pgcask.operator.status.StatusWriter;
import io.pgcask.operator.sweep.Sweeper;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Has a PostgresConnection probed every {@code probeIntervalSeconds} and reports. The probe itself
 * runs beside it, see {@link Probes}.
 *
 * <ul>
 *   <li>Ready: the server was reached, and the login succeeded. It is about the server only.
 *   <li>DatabaseExists: the database is there. A Restore may still create it.
 *   <li>DumpReady: nothing is known that would make a dump of the whole database fail.
 *   <li>Reconciling: the probe failed with what may pass by itself, such as an unreachable host.
 *   <li>Stalled: the probe failed with what a person must mend, such as a wrong password. It is
 *       tried again all the same.
 * </ul>
 *
 * <p>It has the database followed, see {@link Watches}; that says nothing of Ready. Now and then it
 * has storage looked through, see {@link Sweeper}; that says nothing of Ready.
 */
@ControllerConfiguration(
    name = "postgresconnection",
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = SpecOrAnnotations.class))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, maxInterval = 60_000)
public class PostgresConnectionReconciler implements Reconciler<PostgresConnection> {

  /** While a Job looks through storage. */
  private static final Duration SWEEP_POLL = Duration.ofSeconds(5);

  /** A timer wants at least this. */
  private static final Duration SOONEST = Duration.ofMillis(1);

  private final Probes probes;
  private final Sweeper sweeper;
  private final Watches watches;
  private final StatusWriter writer;
  private final Events events;
  private final Clock clock;
  private final SimpleInboundEventSource<PostgresConnection> ended =
      new SimpleInboundEventSource<>("probes");

  /** Made by the container, and by tests with parts of their own. */
  public PostgresConnectionReconciler(
      Probes probes,
      Sweeper sweeper,
      Watches watches,
      StatusWriter writer,
      Events events,
      Clock clock) {
    this.probes = probes;
    this.sweeper = sweeper;
    this.watches = watches;
    this.writer = writer;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, PostgresConnection>> prepareEventSources(
      EventSourceContext<PostgresConnection> context) {
    return List.of(ended, watches.changes());
  }

  @Override
  public UpdateControl<PostgresConnection> reconcile(
      PostgresConnection connection, Context<PostgresConnection> context) {
    if (context.isPrimaryResourceDeleted()) {
      probes.forget(connection);
      watches.gone(connection);
      return UpdateControl.noUpdate();
    }
    if (connection.isMarkedForDeletion()) {
      return watches
          .leave(connection)
          .map(UpdateControl.<PostgresConnection>noUpdate()::rescheduleAfter)
          .orElseGet(UpdateControl::noUpdate);
    }
    return switch (probes.turn(
        connection, probed -> ended.propagateEvent(ResourceID.fromResource(probed)))) {
      case Probes.Turn.Running running -> UpdateControl.noUpdate();
      case Probes.Turn.Wait wait ->
          again(settle(connection, connection.getStatus(), false), wait.delay());
      case Probes.Turn.Report report -> {
        var pending = settle(connection, status(connection, report.outcome()), true);
        yield again(pending, probes.reported(connection));
      }
    };
  }

  private PostgresConnectionStatus status(PostgresConnection connection, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Found found ->
          ConnectionStatusFactory.of(connection, found.server(), found.finding(), clock.instant());
      case Outcome.Broken broken -> {
        probes.reported(connection); // the framework's retry probes again
        throw new IllegalStateException("the probe broke", broken.cause());
      }
    };
  }

  /**
   * Writes a status, with what the sweep and the watch add to it.
   *
   * @param probed whether the status is that of a new probe
   * @return whether a Job still looks through storage
   */
  private boolean settle(
      PostgresConnection connection, PostgresConnectionStatus last, boolean probed) {
    var step = sweeper.step(connection, last);
    var status = watches.step(connection, step.status(), probed);
    try {
      watches.finalizer(writer.write(connection, status));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false; // deleted while it was being probed
      }
      throw e;
    }
    report(connection, status);
    step.news().ifPresent(news -> events.normal(connection, Reason.UNCLAIMED_DATA, news));
    return step.pending();
  }

  private static UpdateControl<PostgresConnection> again(boolean pending, Duration delay) {
    var next = pending && SWEEP_POLL.compareTo(delay) < 0 ? SWEEP_POLL : delay;
    return UpdateControl.<PostgresConnection>noUpdate()
        .rescheduleAfter(next.compareTo(SOONEST) < 0 ? SOONEST : next);
  }

  /** An Event for every change of a reason, none for a probe that finds nothing new. */
  private void report(PostgresConnection connection, PostgresConnectionStatus status) {
    var before =
        Optional.ofNullable(connection.getStatus())
            .map(PostgresConnectionStatus::conditions)
            .orElse(List.of());
    for (var type : List.of(Condition.READY, Condition.DATABASE_EXISTS, Condition.DUMP_READY)) {
      var now = find(status.conditions(), type).orElseThrow();
      var changed = !find(before, type).map(Condition::reason).equals(Optional.of(now.reason()));
      if (changed && now.holds()) {
        events.normal(connection, Reason.of(now.reason()), now.message());
      } else if (changed && "False".equals(now.status())) {
        events.warning(connection, Reason.of(now.reason()), now.message());
      }
    }
  }

  private static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }
}
