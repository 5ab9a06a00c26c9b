package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.ScheduleLastHandledBuilder;
import io.pgcask.operator.schedule.health.Verdict;
import io.pgcask.operator.status.Conditions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The status of a BackupSchedule, from what it was and from its Backups. Pure. */
final class ScheduleStatusFactory {

  /**
   * Phases in which a Backup does not stand in the way of the next one. Deleting is one: only what
   * has ended gets there, and expiry may take minutes.
   */
  private static final Set<BackupPhase> ENDED =
      EnumSet.of(
          BackupPhase.COMPLETED, BackupPhase.FAILED, BackupPhase.EXPIRED, BackupPhase.DELETING);

  private ScheduleStatusFactory() {}

  /** After a plan was carried out. */
  static BackupScheduleStatus of(
      BackupSchedule schedule,
      SlotHistory history,
      List<Backup> children,
      Outcome.Settled outcome,
      Instant now) {
    return Boolean.TRUE.equals(schedule.getSpec().suspend())
        ? suspended(schedule, children, outcome, now)
        : scheduled(schedule, history, children, outcome, now);
  }

  private static BackupScheduleStatus scheduled(
      BackupSchedule schedule,
      SlotHistory history,
      List<Backup> children,
      Outcome.Settled outcome,
      Instant now) {
    var timetable = history.timetable();
    var builder =
        common(schedule, children, now)
            .handledUntil(history.until())
            .nextScheduleTime(
                timetable.next(now, history.until()).map(timetable::start).orElse(null));
    record(builder, outcome);
    return builder.conditions(conditions(schedule, builder, outcome, now).list()).build();
  }

  /** While suspended no slot is due; the slots that pass are not caught up afterwards. */
  private static BackupScheduleStatus suspended(
      BackupSchedule schedule, List<Backup> children, Outcome.Settled outcome, Instant now) {
    var builder = common(schedule, children, now).nextScheduleTime(null);
    record(builder, outcome);
    return builder
        .conditions(
            conditions(schedule, now)
                .ready(
                    Reason.SUSPENDED,
                    outcome instanceof Outcome.Refused refused
                        ? triedAgain(refused) + "; spec.suspend is true"
                        : "spec.suspend is true")
                .list())
        .build();
  }

  static BackupScheduleStatus invalid(
      BackupSchedule schedule, List<Backup> children, String message, Instant now) {
    return common(schedule, children, now)
        .nextScheduleTime(null)
        .conditions(conditions(schedule, now).stalled(Reason.INVALID_SCHEDULE, message).list())
        .build();
  }

  private static void record(BackupScheduleStatusBuilder builder, Outcome.Settled outcome) {
    switch (outcome) {
      case Outcome.Quiet quiet -> {}
      case Outcome.Waiting waiting -> {}
      case Outcome.Looking looking -> {}
      case Outcome.Unchanged skipped -> {
        skipped.decision().addTo(builder);
        builder
            .handledUntil(skipped.slot())
            .skippedRuns(Optional.ofNullable(builder.skippedRuns()).orElse(0) + 1);
        addMissed(builder, skipped.missed());
      }
      case Outcome.Refused refused -> {}
      case Outcome.Created created -> {
        builder.lastBackupName(created.run().name());
        addMissed(builder, created.missed());
        answered(builder, created.run());
        if (created.run().ofTimetable()) {
          builder
              .lastScheduleTime(created.run().time())
              .handledUntil(later(builder.handledUntil(), created.run().time()));
        }
      }
      case Outcome.Declined declined -> answered(builder, declined.run());
      case Outcome.Skipped skipped -> {
        builder
            .handledUntil(later(builder.handledUntil(), skipped.slot()))
            .skippedRuns(Optional.ofNullable(builder.skippedRuns()).orElse(0) + 1);
        addMissed(builder, skipped.missed());
      }
      case Outcome.Missed missed -> {
        builder.handledUntil(missed.slot());
        addMissed(builder, missed.missed());
      }
    }
  }

  /**
   * The immediate Backup, which is of the time of creation, may be made after slots have passed.
   */
  private static Instant later(Instant one, Instant other) {
    return one != null && one.isAfter(other) ? one : other;
  }

  private static void answered(BackupScheduleStatusBuilder builder, Run run) {
    switch (run.cause()) {
      case Run.Cause.Asked asked ->
          builder.lastHandled(ScheduleLastHandledBuilder.builder().runNow(asked.value()).build());
      case Run.Cause.Slot slot -> {}
      case Run.Cause.Immediate immediate -> {}
    }
  }

  private static void addMissed(BackupScheduleStatusBuilder builder, int missed) {
    if (missed > 0) {
      builder.missedRuns(Optional.ofNullable(builder.missedRuns()).orElse(0) + missed);
    }
  }

  private static Conditions conditions(
      BackupSchedule schedule,
      BackupScheduleStatusBuilder builder,
      Outcome.Settled outcome,
      Instant now) {
    var conditions = conditions(schedule, now);
    return switch (outcome) {
      case Outcome.Refused refused when refused.run().ofTimetable() ->
          conditions.reconciling(Reason.BACKUP_REFUSED, refused.why());
      case Outcome.Refused refused when SlotHistory.wasImmediateRefused(schedule) ->
          stillRefused(schedule, conditions);
      case Outcome.Refused refused -> conditions.ready(Reason.SCHEDULED, triedAgain(refused));
      case Outcome.Waiting waiting -> conditions.ready(Reason.SCHEDULED, waiting.why());
      case Outcome.Declined declined when SlotHistory.wasImmediateRefused(schedule) ->
          stillRefused(schedule, conditions);
      case Outcome.Created created
          when !created.run().ofTimetable() && SlotHistory.wasImmediateRefused(schedule) ->
          stillRefused(schedule, conditions);
      default ->
          conditions.ready(
              Reason.SCHEDULED, "the next Backup is due at " + builder.nextScheduleTime());
    };
  }

  /** What a person asked for; the slots are another matter. */
  private static String triedAgain(Outcome.Refused refused) {
    return "%s; Backup %s is tried again".formatted(refused.why(), refused.run().name());
  }

  /** Ready is where it stands that the immediate Backup is still to come. */
  private static Conditions stillRefused(BackupSchedule schedule, Conditions conditions) {
    return conditions.reconciling(
        Reason.BACKUP_REFUSED,
        Verdict.of(schedule.getStatus().conditions(), Condition.READY).orElseThrow().message());
  }

  private static BackupScheduleStatusBuilder common(
      BackupSchedule schedule, List<Backup> children, Instant now) {
    var builder =
        schedule.getStatus() == null
            ? BackupScheduleStatusBuilder.builder()
            : BackupScheduleStatusBuilder.builder(schedule.getStatus());
    if (builder.lastUnchangedTime() != null
        && WrongClock.isAhead(builder.lastUnchangedTime(), now)) {
      // else it would count when that time has come
      builder.lastUnchangedTime(null).unchangedSinceBackup(null);
    }
    return builder
        .observedGeneration(schedule.getMetadata().getGeneration())
        .observedTimetable(Timetable.words(schedule.getSpec()))
        .active((int) children.stream().filter(child -> !hasEnded(child)).count());
  }

  /** Also of one that is deleted before anything has begun: it will never run. */
  static boolean hasEnded(Backup backup) {
    return Optional.ofNullable(backup.getStatus())
        .map(BackupStatus::phase)
        .map(ENDED::contains)
        .orElseGet(backup::isMarkedForDeletion);
  }

  private static Conditions conditions(BackupSchedule schedule, Instant now) {
    return Conditions.from(
        schedule.getStatus() == null ? null : schedule.getStatus().conditions(),
        schedule.getMetadata().getGeneration(),
        now);
  }
}
