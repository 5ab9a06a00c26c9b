package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.ConcurrencyPolicy;
import io.pgcask.api.v1alpha1.ScheduleLastHandled;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what is due. Pure.
 *
 * <p>What a person asks for comes first, at any time; only the immediate Backup of a schedule that
 * is new comes before it, since afterwards the schedule is new no more. Then the newest slot that
 * has passed since {@link SlotHistory}; those before it are missed. So a downtime, however long, is
 * caught up by one Backup. A slot whose Backup is there, since an operator died before it wrote
 * that down, has run.
 */
final class SlotPlanner {

  private SlotPlanner() {}

  static Plan plan(
      BackupSchedule schedule, SlotHistory history, List<Backup> children, Instant now) {
    var suspended = Boolean.TRUE.equals(schedule.getSpec().suspend());
    var asked = asked(schedule, now);
    if (asked.isPresent() && (suspended || !SlotHistory.isImmediateNew(schedule))) {
      return new Plan.Start(asked.get(), 0);
    }
    if (suspended) {
      return new Plan.Nothing();
    }
    var due =
        history
            .timetable()
            .latest(now)
            .filter(slot -> slot.isAfter(history.until()))
            .map(slot -> due(schedule, history, children, slot, now));
    return due.filter(SlotPlanner::makesOne)
        .or(() -> immediate(schedule).map(run -> new Plan.Start(run, 0)))
        .or(() -> due)
        .orElseGet(Plan.Nothing::new);
  }

  /** A slot that makes a Backup serves as the immediate one, one that is given up does not. */
  private static boolean makesOne(Plan plan) {
    return plan instanceof Plan.Start || plan instanceof Plan.Replace;
  }

  private static Plan due(
      BackupSchedule schedule,
      SlotHistory history,
      List<Backup> children,
      Instant slot,
      Instant now) {
    var timetable = history.timetable();
    var runs = new SlotRuns(schedule, children);
    var missed =
        (int)
            timetable.between(history.until(), slot).stream()
                .filter(other -> !runs.isThere(other))
                .count();
    var run = new Run(runs.name(slot), slot, new Run.Cause.Slot());
    if (runs.isThere(slot)) {
      return new Plan.Start(run, missed);
    }
    var replacing =
        policy(schedule) == ConcurrencyPolicy.REPLACE
            && wasTakenUp(children, timetable.start(slot));
    if (!replacing && isTooLate(schedule, timetable.start(slot), now)) {
      return new Plan.Miss(slot, Math.min(missed + 1, Timetable.MOST_COUNTED));
    }
    var earlier =
        children.stream().filter(child -> !ScheduleStatusFactory.hasEnded(child)).toList();
    if (earlier.isEmpty()) {
      return new Plan.Start(run, missed);
    }
    return switch (policy(schedule)) {
      case ALLOW -> new Plan.Start(run, missed);
      case FORBID -> new Plan.Skip(slot, earlier.getFirst(), missed);
      case REPLACE -> new Plan.Replace(run, earlier);
    };
  }

  private static Optional<Run> asked(BackupSchedule schedule, Instant now) {
    var answered =
        Optional.ofNullable(schedule.getStatus())
            .map(BackupScheduleStatus::lastHandled)
            .map(ScheduleLastHandled::runNow)
            .orElse(null);
    return Labels.asked(schedule, Labels.RUN_NOW, answered)
        .map(
            value ->
                new Run(Names.requestedBackup(schedule, value), now, new Run.Cause.Asked(value)));
  }

  private static Optional<Run> immediate(BackupSchedule schedule) {
    if (!SlotHistory.isImmediateDue(schedule)) {
      return Optional.empty();
    }
    var created = SlotHistory.creation(schedule);
    return Optional.of(
        new Run(
            Names.scheduledBackup(schedule.getMetadata().getName(), created),
            created,
            new Run.Cause.Immediate()));
  }

  private static ConcurrencyPolicy policy(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getSpec().concurrencyPolicy())
        .orElse(ConcurrencyPolicy.FORBID);
  }

  private static boolean isTooLate(BackupSchedule schedule, Instant start, Instant now) {
    var deadline = schedule.getSpec().startingDeadlineSeconds();
    return deadline != null && now.isAfter(start.plusSeconds(deadline));
  }

  /** Whether an earlier Backup was cancelled for the slot: then it began in time. */
  private static boolean wasTakenUp(List<Backup> children, Instant start) {
    return children.stream()
        .filter(child -> Boolean.TRUE.equals(child.getSpec().cancel()))
        .anyMatch(
            child ->
                !ScheduleStatusFactory.hasEnded(child)
                    || child.getStatus().completionTime() != null
                        && !child.getStatus().completionTime().isBefore(start));
  }
}
