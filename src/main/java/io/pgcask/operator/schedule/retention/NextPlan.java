package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The plan as it will be, for people to see in time what will go. Pure. */
final class NextPlan {

  private NextPlan() {}

  /**
   * What will be once the Backup of the next slot is completed and good. Without a next slot, what
   * would be now if nothing was paused.
   *
   * @param own the schedule's Backups, and what retention sees of them in {@code backups}
   */
  static RetentionPlan of(
      BackupSchedule schedule,
      List<Backup> own,
      RetentionRules rules,
      ZoneId zone,
      List<Candidate> backups,
      Optional<Instant> nextSlot,
      Instant now) {
    return nextSlot
        .map(
            slot ->
                RetentionPlan.of(
                    rules,
                    zone,
                    false,
                    Stream.concat(
                            backups.stream(),
                            Stream.of(Candidate.expected(slot, series(schedule, own))))
                        .toList(),
                    slot))
        .orElseGet(() -> RetentionPlan.of(rules, zone, false, backups, now));
  }

  /** The series that the next Backup belongs to: the connection's database is the one it was. */
  private static Series series(BackupSchedule schedule, List<Backup> own) {
    var spec = schedule.getSpec().template().spec();
    var database =
        own.stream()
            .filter(child -> child.getSpec().connectionRef().equals(spec.connectionRef()))
            .filter(child -> child.getSpec().database() == null)
            .filter(child -> child.getStatus() != null && child.getStatus().resolved() != null)
            .max(Comparator.comparing(child -> child.getMetadata().getCreationTimestamp()))
            .map(Series::of)
            .map(Series::database);
    return Series.of(spec, database);
  }
}
