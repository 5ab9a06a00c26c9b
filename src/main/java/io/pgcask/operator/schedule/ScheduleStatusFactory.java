package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.change.SkipDecision;
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

  /** What the slot that was due came to. */
  sealed interface Slot {
    /** None was due. */
    record None() implements Slot {}

    /** A Backup was created for it. */
    record Created(Instant slot, String backup) implements Slot {}

    /** It was skipped. */
    record Skipped(Instant slot) implements Slot {}

    /** It was skipped since nothing had changed. */
    record Unchanged(Instant slot, SkipDecision.Skip decision) implements Slot {}

    /** It is not decided yet whether it is skipped. */
    record Undecided(Instant until) implements Slot {}
  }

  static BackupScheduleStatus scheduled(
      BackupSchedule schedule, List<Backup> children, Slot slot, Instant next, Instant now) {
    var builder = common(schedule, children).nextScheduleTime(next);
    var message = "the next Backup is due at " + next;
    switch (slot) {
      case Slot.None none -> {}
      case Slot.Undecided undecided -> {}
      case Slot.Unchanged unchanged -> {
        unchanged.decision().addTo(builder);
        builder
            .lastScheduleTime(unchanged.slot())
            .skippedRuns(Optional.ofNullable(builder.skippedRuns()).orElse(0) + 1);
      }
      case Slot.Created created ->
          builder.lastScheduleTime(created.slot()).lastBackupName(created.backup());
      case Slot.Skipped skipped ->
          builder
              .lastScheduleTime(skipped.slot())
              .skippedRuns(Optional.ofNullable(builder.skippedRuns()).orElse(0) + 1);
    }
    return builder
        .conditions(conditions(schedule, now).ready(Reason.SCHEDULED, message).list())
        .build();
  }

  /** While suspended no slot is due; the slots that pass are not caught up afterwards. */
  static BackupScheduleStatus suspended(
      BackupSchedule schedule, List<Backup> children, Optional<Instant> latest, Instant now) {
    var builder = common(schedule, children).nextScheduleTime(null);
    latest.ifPresent(builder::lastScheduleTime);
    return builder
        .conditions(
            conditions(schedule, now).ready(Reason.SUSPENDED, "spec.suspend is true").list())
        .build();
  }

  static BackupScheduleStatus invalid(
      BackupSchedule schedule, List<Backup> children, String message, Instant now) {
    return common(schedule, children)
        .nextScheduleTime(null)
        .conditions(conditions(schedule, now).stalled(Reason.INVALID_SCHEDULE, message).list())
        .build();
  }

  private static BackupScheduleStatusBuilder common(
      BackupSchedule schedule, List<Backup> children) {
    var builder =
        schedule.getStatus() == null
            ? BackupScheduleStatusBuilder.builder()
            : BackupScheduleStatusBuilder.builder(schedule.getStatus());
    return builder
        .observedGeneration(schedule.getMetadata().getGeneration())
        .active((int) children.stream().filter(child -> !hasEnded(child)).count());
  }

  static boolean hasEnded(Backup backup) {
    return backup.getStatus() != null && ENDED.contains(backup.getStatus().phase());
  }

  private static Conditions conditions(BackupSchedule schedule, Instant now) {
    return Conditions.from(
        schedule.getStatus() == null ? null : schedule.getStatus().conditions(),
        schedule.getMetadata().getGeneration(),
        now);
  }
}
