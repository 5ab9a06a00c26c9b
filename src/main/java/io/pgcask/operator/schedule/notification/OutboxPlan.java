package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Notification;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.NotificationState;
import io.pgcask.api.v1alpha1.NotificationState.FailingReceiver;
import io.pgcask.api.v1alpha1.NotificationStateBuilder;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.PendingDeliveryBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.Outbox.News;
import io.pgcask.operator.schedule.notification.ReceiverChecks.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What is to be delivered: what the status holds, less what was delivered or given up, and what has
 * happened since. Pure.
 */
final class OutboxPlan {

  /** So many fit into a status beside all else that it may hold. */
  static final int MAX = 24;

  private final BackupSchedule schedule;
  private final List<PendingDelivery> pending = new ArrayList<>();
  private final List<FailingReceiver> failing = new ArrayList<>();
  private final List<News> news = new ArrayList<>();
  private int dropped;

  private OutboxPlan(BackupSchedule schedule) {
    this.schedule = schedule;
    var status = Optional.ofNullable(schedule.getStatus());
    status
        .map(BackupScheduleStatus::pendingDeliveries)
        .orElse(List.of())
        .forEach(
            delivery -> {
              // an entry that was taken out of the spec is told nothing more
              if (receiver(schedule, delivery).isPresent()) {
                pending.add(delivery);
              }
            });
    status
        .map(BackupScheduleStatus::notified)
        .map(NotificationState::failing)
        .orElse(List.of())
        .forEach(
            receiver -> {
              if (receivers(schedule).stream()
                  .anyMatch(one -> one.urlSecretRef().equals(receiver.urlSecretRef()))) {
                failing.add(receiver);
              }
            });
    dropped = status.map(BackupScheduleStatus::droppedDeliveries).orElse(0);
  }

  /**
   * The outbox after a look and after the attempts that have ended.
   *
   * @param mended whether a receiver that could not be told is another one now: it is told at once
   * @return without the time of the next attempt, which is for whoever knows what runs
   */
  static Outbox of(
      BackupSchedule schedule,
      Happenings happenings,
      List<Ended> ended,
      Predicate<FailingReceiver> mended) {
    var plan = new OutboxPlan(schedule);
    List.copyOf(plan.failing).stream().filter(mended).forEach(plan::mended);
    ended.forEach(plan::ended);
    happenings.events().forEach(plan::happened);
    happenings.heartbeat().ifPresent(plan::beat);
    plan.bound();
    return new Outbox(
        List.copyOf(plan.pending),
        plan.dropped,
        Optional.of(
            NotificationStateBuilder.builder(happenings.state())
                .failing(plan.failing.isEmpty() ? null : List.copyOf(plan.failing))
                .build()),
        new Found.Unknown(),
        List.copyOf(plan.news));
  }

  /** The entry of the spec that a delivery is for. */
  static Optional<Notification> receiver(BackupSchedule schedule, PendingDelivery delivery) {
    return receivers(schedule).stream()
        .filter(one -> (one.heartbeat() != null) == (delivery.event() == null))
        .filter(one -> one.urlSecretRef().equals(delivery.urlSecretRef()))
        .findFirst();
  }

  static List<Notification> receivers(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getSpec().notifications()).orElse(List.of());
  }

  private void mended(FailingReceiver receiver) {
    failing.remove(receiver);
    pending.replaceAll(
        delivery ->
            delivery.urlSecretRef().equals(receiver.urlSecretRef())
                ? PendingDeliveryBuilder.builder(delivery).nextAttempt(null).build()
                : delivery);
  }

  private void ended(Ended ended) {
    for (var delivery : List.copyOf(pending)) {
      if (ended.isNewsOf(delivery)) {
        failing.removeIf(receiver -> receiver.urlSecretRef().equals(ended.urlSecretRef()));
        switch (ended.attempt()) {
          case Attempt.Delivered delivered -> pending.remove(delivery);
          case Attempt.Failed failed -> failed(delivery, ended, failed);
        }
      }
    }
  }

  private void failed(PendingDelivery delivery, Ended ended, Attempt.Failed failure) {
    failing.add(
        new FailingReceiver(
            ended.urlSecretRef(),
            ended.time(),
            failure.reason().word(),
            Happenings.shorten(failure.message())));
    if (ended.number() == 1 && failure.kind() != Attempt.Kind.TRANSIENT) {
      news.add(new News(failure.reason(), failure.message()));
    }
    var next = Backoff.next(delivery.id(), ended.number(), ended.time(), failure);
    if (next.isPresent()) {
      pending.set(
          pending.indexOf(delivery),
          PendingDeliveryBuilder.builder(delivery)
              .attempts(ended.number())
              .nextAttempt(next.get())
              .build());
    } else {
      pending.remove(delivery);
      drop(delivery, "given up after %d attempts: %s".formatted(ended.number(), failure.message()));
    }
  }

  private void happened(PendingDelivery event) {
    for (var receiver : receivers(schedule)) {
      if (receiver.webhook() != null && receiver.eventsOrDefault().contains(event.event())) {
        add(PendingDeliveryBuilder.builder(event).urlSecretRef(receiver.urlSecretRef()).build());
      }
    }
  }

  /** Of heartbeats only the newest is worth something. */
  private void beat(PendingDelivery heartbeat) {
    for (var receiver : receivers(schedule)) {
      if (receiver.heartbeat() != null) {
        pending.removeIf(
            old -> old.event() == null && old.urlSecretRef().equals(receiver.urlSecretRef()));
        add(
            PendingDeliveryBuilder.builder(heartbeat)
                .urlSecretRef(receiver.urlSecretRef())
                .build());
      }
    }
  }

  /** Two entries with one URL are one receiver. */
  private void add(PendingDelivery delivery) {
    var known =
        pending.stream()
            .anyMatch(
                other ->
                    other.id().equals(delivery.id())
                        && other.urlSecretRef().equals(delivery.urlSecretRef()));
    if (!known) {
      pending.add(delivery);
    }
  }

  /** The oldest successes go first: they are what a person misses least. */
  private void bound() {
    while (pending.size() > MAX) {
      var oldest =
          pending.stream()
              .filter(delivery -> delivery.event() == NotificationEvent.COMPLETED)
              .findFirst()
              .or(() -> pending.stream().filter(delivery -> delivery.event() != null).findFirst())
              .orElseGet(pending::getFirst);
      pending.remove(oldest);
      drop(oldest, "more than %d wait for their receivers".formatted(MAX));
    }
  }

  private void drop(PendingDelivery delivery, String why) {
    dropped++;
    var what = delivery.event() == null ? "the heartbeat" : Messages.word(delivery.event());
    news.add(
        new News(
            Reason.NOTIFICATION_DROPPED,
            "%s of %s for the receiver in Secret %s was dropped, %s"
                .formatted(what, delivery.time(), delivery.urlSecretRef().name(), why)));
  }
}
