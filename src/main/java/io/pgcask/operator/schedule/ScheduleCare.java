package io.pgcask.operator.schedule;

import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.operator.Times;
import io.pgcask.operator.schedule.notification.Notifications;
import io.pgcask.operator.schedule.notification.Outbox;
import io.pgcask.operator.schedule.retention.Enforced;
import io.pgcask.operator.schedule.retention.RetentionEnforcer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is looked after for a schedule beside its slots: retention, health, storage, verification,
 * notifications.
 */
@ApplicationScoped
public class ScheduleCare {

  /** What is due over and over, or was due before, must not keep a reconciler busy. */
  private static final Duration SOONEST = Duration.ofSeconds(1);

  private final RetentionEnforcer retention;
  private final ScheduleChecks checks;
  private final Notifications notifications;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public ScheduleCare(
      RetentionEnforcer retention,
      ScheduleChecks checks,
      Notifications notifications,
      Clock clock) {
    this.retention = retention;
    this.checks = checks;
    this.notifications = notifications;
    this.clock = clock;
  }

  /**
   * What was found.
   *
   * @param kept what retention came to; empty if it was left out
   * @param nextStart when the next Backup is created
   */
  record Findings(
      Optional<Enforced> kept,
      ScheduleFindings checks,
      Outbox outbox,
      Optional<Instant> nextStart) {

    /** The status with what was found. */
    BackupScheduleStatus addTo(BackupSchedule schedule, BackupScheduleStatus status, Instant now) {
      var builder = BackupScheduleStatusBuilder.builder(status);
      kept.ifPresent(enforced -> builder.retention(enforced.status().orElse(null)));
      return Notifications.into(
          schedule, checks.addTo(schedule, builder.build(), now), outbox, now);
    }
  }

  /**
   * Looks, begins to remove what is not kept, and starts a probe of the storage if one is due.
   *
   * @param status as it is to be written but for what is found
   * @param wake called, on another thread, when there is news
   */
  Findings look(
      BackupSchedule schedule,
      Timetable timetable,
      BackupScheduleStatus status,
      List<Backup> children,
      Instant now,
      Consumer<BackupSchedule> wake) {
    var zone = CronSchedule.zone(schedule.getSpec().timeZone());
    var kept = retention.enforce(schedule, children, zone, nextSlot(timetable, status), now);
    var nextStart = Optional.ofNullable(status.nextScheduleTime());
    return findings(schedule, Optional.of(kept), nextStart, children, now, wake);
  }

  /** The status says when the next Backup is created. Its time is the slot's, before the jitter. */
  static Optional<Instant> nextSlot(Timetable timetable, BackupScheduleStatus status) {
    return Optional.ofNullable(status.nextScheduleTime()).map(timetable::slot);
  }

  /** The same of a schedule that makes no Backups since it is not valid: none is removed then. */
  Findings lookOnly(
      BackupSchedule schedule, List<Backup> children, Instant now, Consumer<BackupSchedule> wake) {
    return findings(schedule, Optional.empty(), Optional.empty(), children, now, wake);
  }

  private Findings findings(
      BackupSchedule schedule,
      Optional<Enforced> kept,
      Optional<Instant> nextStart,
      List<Backup> children,
      Instant now,
      Consumer<BackupSchedule> wake) {
    var found = checks.look(schedule, children, now, wake);
    var outbox = notifications.step(schedule, children, found.health(), now);
    return new Findings(kept, found, outbox, nextStart);
  }

  /**
   * Does what was found necessary, once the status is written: asks for verifications, sends,
   * tells.
   *
   * @param before the schedule as it was when it was looked at
   * @param written as it is now
   * @return when to come back at the latest; empty: after an event
   */
  Optional<Duration> act(
      BackupSchedule before, BackupSchedule written, Findings findings, Instant now) {
    var nextAttempt = notifications.written(before, findings.outbox(), now);
    checks.act(before, written, findings.checks());
    return soonest(
        findings.nextStart().map(start -> untilSlot(start, now, clock)),
        Stream.of(
            findings.checks().next().map(time -> Duration.between(now, time)),
            findings.kept().flatMap(Enforced::lookAgain),
            nextAttempt));
  }

  /**
   * A slot that is still to come is waited for to the point, so that all schedules that are due at
   * once are called at once, before anything that follows from their Backups.
   */
  static Duration untilSlot(Instant slot, Instant now, Clock clock) {
    return slot.isAfter(now) ? Times.until(slot, clock) : SOONEST;
  }

  /** The wait until the slot, or until the first of the others, for those a second at least. */
  static Optional<Duration> soonest(Optional<Duration> slot, Stream<Optional<Duration>> others) {
    return Stream.concat(
            slot.stream(), others.flatMap(Optional::stream).map(ScheduleCare::aSecondAtLeast))
        .min(Comparator.naturalOrder());
  }

  static Duration aSecondAtLeast(Duration wait) {
    return wait.compareTo(SOONEST) < 0 ? SOONEST : wait;
  }

  /** Calls the reconciler when a notification was sent or could not be. */
  EventSource<?, BackupSchedule> attempts() {
    return notifications.attempts();
  }

  /** A schedule is gone. */
  void forget(BackupSchedule schedule) {
    checks.forget(schedule);
    retention.forget(schedule);
  }
}
