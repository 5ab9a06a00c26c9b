package io.pgcask.operator.connection;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.SpecOrAnnotations;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.operator.status.StatusWriter;
import io.pgcask.operator.sweep.Sweeper;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Probes a PostgresConnection every {@code probeIntervalSeconds} and reports.
 *
 * <ul>
 *   <li>Ready: the server was reached, and the login succeeded. It is about the server only.
 *   <li>DatabaseExists: the database is there. A Restore may still create it.
 *   <li>Reconciling: the probe failed with what may pass by itself, such as an unreachable host.
 *   <li>Stalled: the probe failed with what a person must mend, such as a wrong password. It is
 *       tried again all the same.
 * </ul>
 *
 * <p>Now and then it has storage looked through, see {@link Sweeper}; that says nothing of Ready.
 */
@ControllerConfiguration(
    name = "postgresconnection",
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = SpecOrAnnotations.class))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, maxInterval = 60_000)
public class PostgresConnectionReconciler implements Reconciler<PostgresConnection> {

  private static final int DEFAULT_INTERVAL = 60;
  private static final Duration WHILE_DOWN = Duration.ofSeconds(15);

  /** While a Job looks through storage. */
  private static final Duration SWEEP_POLL = Duration.ofSeconds(5);

  private final ConnectionResolver resolver;
  private final ConnectionProbe probe;
  private final Sweeper sweeper;
  private final StatusWriter writer;
  private final Events events;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public PostgresConnectionReconciler(
      ConnectionResolver resolver,
      ConnectionProbe probe,
      Sweeper sweeper,
      StatusWriter writer,
      Events events,
      Clock clock) {
    this.resolver = resolver;
    this.probe = probe;
    this.sweeper = sweeper;
    this.writer = writer;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public UpdateControl<PostgresConnection> reconcile(
      PostgresConnection connection, Context<PostgresConnection> context) {
    if (connection.isMarkedForDeletion()) {
      return UpdateControl.noUpdate();
    }
    var step = sweeper.step(connection, observe(connection));
    var status = step.status();
    try {
      writer.write(connection, status);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return UpdateControl.noUpdate(); // deleted while it was being probed
      }
      throw e;
    }
    report(connection, status);
    step.news().ifPresent(news -> events.normal(connection, Reason.UNCLAIMED_DATA, news));
    var interval = interval(connection, status);
    return UpdateControl.<PostgresConnection>noUpdate()
        .rescheduleAfter(step.pending() ? SWEEP_POLL : interval);
  }

  private PostgresConnectionStatus observe(PostgresConnection connection) {
    try {
      var resolved = resolver.resolve(connection);
      var finding = probe.probe(resolved);
      return ConnectionStatusFactory.of(connection, resolved.server(), finding, clock.instant());
    } catch (TroubleException e) {
      return ConnectionStatusFactory.of(connection, e.trouble(), clock.instant());
    }
  }

  /** An Event for every change of Ready's reason, none for a probe that finds nothing new. */
  private void report(PostgresConnection connection, PostgresConnectionStatus status) {
    var before =
        Optional.ofNullable(connection.getStatus())
            .map(PostgresConnectionStatus::conditions)
            .orElse(List.of());
    for (var type : List.of(Condition.READY, Condition.DATABASE_EXISTS)) {
      var now = find(status.conditions(), type).orElseThrow();
      var changed =
          !Objects.equals(find(before, type).map(Condition::reason), Optional.of(now.reason()));
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

  /** What is down is looked at more often, since Backups and Restores wait for it. */
  private static Duration interval(PostgresConnection connection, PostgresConnectionStatus status) {
    var interval =
        Duration.ofSeconds(
            Optional.ofNullable(connection.getSpec().probeIntervalSeconds())
                .orElse(DEFAULT_INTERVAL));
    var ready = find(status.conditions(), Condition.READY).orElseThrow().holds();
    return ready || interval.compareTo(WHILE_DOWN) < 0 ? interval : WHILE_DOWN;
  }
}
