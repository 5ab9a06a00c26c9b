package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Times;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A timetable, and up to when its slots are history. Pure.
 *
 * <p>A schedule that is new, has got another expression or time zone, or goes on after it was
 * suspended, begins at the moment at which the operator sees that: slots from before are not caught
 * up. So does one whose history reaches into the future, since a clock was wrong: it would make no
 * Backup before that time has come.
 *
 * @param until slots up to then are never made
 */
record SlotHistory(Timetable timetable, Instant until) {

  /** As of now. */
  static SlotHistory of(BackupSchedule schedule, Timetable timetable, Instant now) {
    return new SlotHistory(timetable, until(schedule, timetable, now));
  }

  /** Whether no operator has seen the schedule yet. */
  static boolean isNew(BackupSchedule schedule) {
    return status(schedule).map(BackupScheduleStatus::conditions).isEmpty();
  }

  static Instant creation(BackupSchedule schedule) {
    return Times.created(schedule);
  }

  private static Instant until(BackupSchedule schedule, Timetable timetable, Instant now) {
    if (isNew(schedule)) {
      return creation(schedule);
    }
    var status = schedule.getStatus();
    if (hadNoNextSlot(status) || isOfAnotherTimetable(status, timetable)) {
      return now;
    }
    return Stream.of(status.handledUntil(), status.lastScheduleTime())
        .flatMap(Stream::ofNullable)
        .findFirst()
        .map(time -> WrongClock.notAhead(time, now))
        .orElseGet(() -> creation(schedule));
  }

  /**
   * Whether the Backup that immediate asks for is due: the schedule is new, or that Backup could
   * not be made so far.
   */
  static boolean isImmediateDue(BackupSchedule schedule) {
    return isImmediateNew(schedule) || wasImmediateRefused(schedule);
  }

  /** It is due, and was not tried yet. */
  static boolean isImmediateNew(BackupSchedule schedule) {
    return Boolean.TRUE.equals(schedule.getSpec().immediate()) && isNew(schedule);
  }

  /** It is due, and the API server has refused it so far, or the schedule was not valid. */
  static boolean wasImmediateRefused(BackupSchedule schedule) {
    return Boolean.TRUE.equals(schedule.getSpec().immediate())
        && !isNew(schedule)
        && schedule.getStatus().lastScheduleTime() == null
        && wasRefused(schedule.getStatus());
  }

  private static boolean wasRefused(BackupScheduleStatus status) {
    return status.conditions().stream()
        .anyMatch(
            condition ->
                condition.type().equals(Condition.READY)
                    && (condition.reason().equals(Reason.BACKUP_REFUSED.word())
                        || isOfTheSchedule(condition)));
  }

  /** And not of its verification, for which no Backup waits. */
  private static boolean isOfTheSchedule(Condition condition) {
    return condition.reason().equals(Reason.INVALID_SCHEDULE.word())
        && !condition.message().startsWith("verification.");
  }

  /** It was suspended, or its expression or time zone was none. */
  private static boolean hadNoNextSlot(BackupScheduleStatus status) {
    return status.nextScheduleTime() == null;
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
