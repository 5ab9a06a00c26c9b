package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Up to when slots are history. Pure.
 *
 * <p>A schedule that is new, has got another expression or time zone, or goes on after it was
 * suspended, begins at the moment at which the operator sees that: slots from before are not caught
 * up.
 */
final class SlotHistory {

  private SlotHistory() {}

  /** Whether no operator has seen the schedule yet. */
  static boolean isNew(BackupSchedule schedule) {
    return status(schedule).map(BackupScheduleStatus::conditions).isEmpty();
  }

  static Instant creation(BackupSchedule schedule) {
    return Instant.parse(schedule.getMetadata().getCreationTimestamp());
  }

  static Instant handledUntil(BackupSchedule schedule, Timetable timetable, Instant now) {
    if (isNew(schedule)) {
      return creation(schedule);
    }
    var status = schedule.getStatus();
    if (wasSuspended(status) || isOfAnotherTimetable(status, timetable)) {
      return now;
    }
    return Stream.of(status.handledUntil(), status.lastScheduleTime())
        .flatMap(Stream::ofNullable)
        .findFirst()
        .orElseGet(() -> creation(schedule));
  }

  private static boolean wasSuspended(BackupScheduleStatus status) {
    return Optional.ofNullable(status.conditions()).orElse(List.of()).stream()
        .anyMatch(
            condition ->
                condition.type().equals(Condition.READY)
                    && condition.reason().equals(Reason.SUSPENDED.word()));
  }

  /** A status of a version that did not write it down counts as one of the same timetable. */
  private static boolean isOfAnotherTimetable(BackupScheduleStatus status, Timetable timetable) {
    return status.observedTimetable() != null
        && !status.observedTimetable().equals(timetable.words());
  }

  private static Optional<BackupScheduleStatus> status(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getStatus());
  }
}
