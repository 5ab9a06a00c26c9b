package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.RetentionStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many Backups each schedule has removed. The status says it; but what was removed cannot be
 * written if somebody edits the schedule in that moment, nor is it in a copy of the status from the
 * cache at once. So what was counted is kept here, and the next status makes up for it.
 */
final class RemovedCounts {

  private final Map<String, Long> counted = new ConcurrentHashMap<>();

  /** The count with some more. */
  long add(BackupSchedule schedule, int more) {
    var inStatus =
        Optional.ofNullable(schedule.getStatus())
            .map(BackupScheduleStatus::retention)
            .map(RetentionStatus::removed)
            .orElse(0L);
    return counted.merge(
        schedule.getMetadata().getUid(),
        inStatus + more,
        (known, fromStatus) -> Math.max(known, inStatus) + more);
  }

  /** A schedule is gone. */
  void forget(BackupSchedule schedule) {
    counted.remove(schedule.getMetadata().getUid());
  }
}
