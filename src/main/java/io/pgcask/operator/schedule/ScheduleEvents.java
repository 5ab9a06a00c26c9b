package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.status.Conditions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Tells of a schedule in Events. */
@ApplicationScoped
public class ScheduleEvents {

  private final Events events;

  /** Made by the container, and by tests with a client of their own. */
  public ScheduleEvents(Events events) {
    this.events = events;
  }

  /**
   * Tells what became of a plan, once that is written down.
   *
   * @param schedule as it was before
   */
  void tell(BackupSchedule schedule, Outcome.Settled outcome) {
    switch (outcome) {
      case Outcome.Quiet quiet -> {}
      case Outcome.Waiting waiting -> {}
      case Outcome.Looking looking -> {}
      case Outcome.Unchanged skipped -> {
        missed(schedule, skipped.missed(), skipped.slot().toString());
        events.normal(
            schedule,
            Reason.UNCHANGED,
            "skipped %s: nothing has changed since Backup %s"
                .formatted(skipped.slot(), skipped.decision().backup()));
      }
      case Outcome.Created created -> {
        missed(schedule, created.missed(), created.run().time().toString());
        events.normal(
            schedule,
            Reason.BACKUP_CREATED,
            "created Backup %s %s".formatted(created.run().name(), why(created.run())));
      }
      case Outcome.Refused refused -> {
        if (!isKnown(schedule, refused.why())) {
          events.warning(
              schedule,
              Reason.BACKUP_REFUSED,
              "Backup %s was refused and is tried again: %s"
                  .formatted(refused.run().name(), refused.why()));
        }
      }
      case Outcome.Declined declined ->
          events.warning(
              schedule,
              Reason.BACKUP_REFUSED,
              "no Backup %s: %s".formatted(declined.run().name(), declined.why()));
      case Outcome.Skipped skipped -> {
        missed(schedule, skipped.missed(), skipped.slot().toString());
        events.warning(
            schedule,
            Reason.SLOT_SKIPPED,
            "skipped %s: %s".formatted(skipped.slot(), skipped.why()));
      }
      case Outcome.Missed missed ->
          events.warning(
              schedule,
              Reason.SLOT_MISSED,
              "missed %s: startingDeadlineSeconds has passed"
                  .formatted(slots(missed.missed(), missed.slot().toString())));
    }
  }

  void replaced(BackupSchedule schedule, Backup earlier, Run run) {
    events.warning(
        schedule,
        Reason.BACKUP_REPLACED,
        "cancelled Backup %s for %s".formatted(earlier.getMetadata().getName(), run.name()));
  }

  void invalid(BackupSchedule schedule, String message) {
    events.warning(schedule, Reason.INVALID_SCHEDULE, message);
  }

  private void missed(BackupSchedule schedule, int missed, String before) {
    if (missed > 0) {
      events.warning(
          schedule,
          Reason.SLOT_MISSED,
          "missed %s%d slots before %s; they are not caught up"
              .formatted(missed == Timetable.MOST_COUNTED ? "at least " : "", missed, before));
    }
  }

  private static String slots(int count, String last) {
    return count == 1 ? last : "%d slots, the last of them %s".formatted(count, last);
  }

  private static String why(Run run) {
    return switch (run.cause()) {
      case Run.Cause.Slot slot -> "for " + run.time();
      case Run.Cause.Immediate immediate -> "since the schedule is new and immediate is true";
      case Run.Cause.Asked asked -> "since run-now asks for it";
    };
  }

  /** Whether Ready has said so before. */
  static boolean isKnown(BackupSchedule schedule, String message) {
    return Optional.ofNullable(schedule.getStatus())
        .map(BackupScheduleStatus::conditions)
        .orElse(List.of())
        .stream()
        .filter(condition -> condition.type().equals(Condition.READY))
        .anyMatch(condition -> condition.message().contains(Conditions.truncate(message)));
  }
}
