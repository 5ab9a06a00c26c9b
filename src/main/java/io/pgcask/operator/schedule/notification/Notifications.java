package io.pgcask.operator.schedule.notification;

import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.NotificationState;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.connection.SecretReader;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.event.WakeUps;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import io.pgcask.operator.schedule.notification.ReceiverChecks.Found;
import io.pgcask.operator.status.Conditions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells the receivers of a schedule what happens to its Backups. The reconciler calls {@link #step}
 * with what it knows, writes the outbox with its status, and then calls {@link #written}: only what
 * stands in a status is sent, so an operator that dies in between finds it there.
 */
@ApplicationScoped
public class Notifications {

  private final Deliveries deliveries;
  private final ReceiverChecks checks;
  private final Events events;
  private final WakeUps<BackupSchedule> wakeUps;

  /** Made by the container, and by tests with parts of their own. */
  Notifications(Deliveries deliveries, ReceiverChecks checks, Events events) {
    this.deliveries = deliveries;
    this.checks = checks;
    this.events = events;
    this.wakeUps = new WakeUps<>("notifications", this::forget);
  }

  /** Without a container. */
  public static Notifications of(
      SecretReader secrets, Events events, NotificationConfig config, Clock clock) {
    var endpoints = new Endpoints(secrets);
    var http = new HttpDelivery(config, clock);
    return new Notifications(
        new Deliveries(endpoints, http, clock), new ReceiverChecks(endpoints, http, clock), events);
  }

  /** Calls the reconciler when an attempt has ended. */
  public EventSource<?, BackupSchedule> attempts() {
    return wakeUps;
  }

  /** A schedule is gone. */
  private void forget(BackupSchedule schedule) {
    deliveries.forget(schedule.getMetadata().getUid());
    checks.forget(schedule.getMetadata().getUid());
  }

  /**
   * The outbox as it is after a look at the Backups and after the attempts that have ended.
   *
   * @param children the schedule's Backups, before any is removed
   * @param health what these Backups say
   */
  public Outbox step(
      BackupSchedule schedule, List<Backup> children, ScheduleHealth health, Instant now) {
    if (OutboxPlan.receivers(schedule).isEmpty()) {
      return Outbox.none(
          Optional.ofNullable(schedule.getStatus())
              .map(BackupScheduleStatus::droppedDeliveries)
              .orElse(0));
    }
    return OutboxPlan.of(
            schedule,
            Happenings.since(schedule, children, health, now),
            deliveries.ended(schedule),
            failing ->
                checks.isMended(
                    schedule, failing, deliveries.tried(schedule, failing.urlSecretRef())))
        .with(checks.found(schedule));
  }

  /** The status with the outbox and, if there are receivers, condition NotificationsReady. */
  public static BackupScheduleStatus into(
      BackupSchedule schedule, BackupScheduleStatus status, Outbox outbox, Instant now) {
    var ready =
        outbox.state().flatMap(state -> ready(schedule, state, outbox.receivers(), now)).stream();
    var others =
        status.conditions().stream()
            .filter(condition -> !condition.type().equals(Condition.NOTIFICATIONS_READY));
    return BackupScheduleStatusBuilder.builder(status)
        .pendingDeliveries(outbox.pending().isEmpty() ? null : outbox.pending())
        .droppedDeliveries(outbox.dropped() == 0 ? null : outbox.dropped())
        .notified(outbox.state().orElse(null))
        .conditions(Stream.concat(others, ready).toList())
        .build();
  }

  /** What failed is said first; before the first look nothing is said that is not known. */
  private static Optional<Condition> ready(
      BackupSchedule schedule, NotificationState state, Found receivers, Instant now) {
    var failing =
        Optional.ofNullable(state.failing()).orElse(List.of()).stream()
            .findFirst()
            .map(one -> condition(schedule, "False", Reason.of(one.reason()), message(one), now));
    return failing.or(
        () ->
            switch (receivers) {
              case Found.Unknown unknown -> known(schedule).stream().findFirst();
              case Found.Fine fine ->
                  Optional.of(
                      condition(
                          schedule,
                          "True",
                          Reason.RECEIVERS_READY,
                          "nothing is known that would keep a receiver from being told",
                          now));
              case Found.Wrong wrong ->
                  Optional.of(condition(schedule, "False", wrong.reason(), wrong.message(), now));
            });
  }

  private static Condition condition(
      BackupSchedule schedule, String status, Reason reason, String message, Instant now) {
    return Conditions.from(known(schedule), schedule.getMetadata().getGeneration(), now)
        .add(Condition.NOTIFICATIONS_READY, status, reason, message)
        .list()
        .getFirst();
  }

  private static List<Condition> known(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getStatus())
        .map(BackupScheduleStatus::conditions)
        .orElse(List.of())
        .stream()
        .filter(condition -> condition.type().equals(Condition.NOTIFICATIONS_READY))
        .toList();
  }

  private static String message(NotificationState.FailingReceiver receiver) {
    return "the receiver in Secret %s, at %s: %s"
        .formatted(receiver.urlSecretRef().name(), receiver.time(), receiver.message());
  }

  /**
   * The outbox stands in the status: makes the attempts that are due, and tells people.
   *
   * @return when to come back; an attempt that ends calls by itself
   */
  public Optional<Duration> written(BackupSchedule schedule, Outbox outbox, Instant now) {
    if (outbox.state().isEmpty()) {
      return Optional.empty();
    }
    outbox.news().forEach(news -> events.warning(schedule, news.reason(), news.message()));
    var seen = new HashSet<Deliveries.Receiver>();
    var next = checks.look(schedule, isFailing(outbox), wrong -> looked(schedule, wrong));
    for (var delivery : outbox.pending()) {
      // only the first of each receiver: it hears things in their order
      if (!seen.add(Deliveries.Receiver.of(schedule, delivery))
          || deliveries.runs(schedule, delivery)) {
        continue;
      }
      var delay = delay(delivery, now);
      if (delay.isZero()) {
        OutboxPlan.receiver(schedule, delivery)
            .ifPresent(
                receiver ->
                    deliveries.start(schedule, receiver, delivery, () -> attempted(schedule)));
      } else if (next.isEmpty() || delay.compareTo(next.get()) < 0) {
        next = Optional.of(delay);
      }
    }
    return next;
  }

  private static boolean isFailing(Outbox outbox) {
    return outbox.state().map(NotificationState::failing).filter(one -> !one.isEmpty()).isPresent();
  }

  private void attempted(BackupSchedule schedule) {
    checks.again(schedule);
    wakeUps.wake(schedule);
  }

  private void looked(BackupSchedule schedule, Optional<Found.Wrong> isNew) {
    isNew.ifPresent(wrong -> events.warning(schedule, wrong.reason(), wrong.message()));
    wakeUps.wake(schedule);
  }

  /** A time that no attempt is put off to was written by a clock that was ahead. */
  private static Duration delay(PendingDelivery delivery, Instant now) {
    return Optional.ofNullable(delivery.nextAttempt())
        .filter(now::isBefore)
        .map(next -> Duration.between(now, next))
        .filter(delay -> delay.compareTo(Backoff.MOST) <= 0)
        .orElse(Duration.ZERO);
  }
}
