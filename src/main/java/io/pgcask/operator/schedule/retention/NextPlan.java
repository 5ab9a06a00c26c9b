package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.ResolvedConnection;
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
   * @param nextSlot without what the Backup is late by: its time is that of the slot
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
                    slot.isAfter(now) ? slot : now))
        .orElseGet(() -> RetentionPlan.of(rules, zone, false, backups, now));
  }

  /**
   * The series that the next Backup belongs to. The database that the connection says is the one
   * that it was. As long as all have named theirs, it is most likely the same as that of the last.
   */
  private static Series series(BackupSchedule schedule, List<Backup> own) {
    var spec = schedule.getSpec().template().spec();
    var database =
        own.stream()
            .filter(child -> child.getSpec().connectionRef().equals(spec.connectionRef()))
            .filter(child -> child.getSpec().imported() == null)
            .filter(child -> database(child).isPresent())
            .max(
                Comparator.comparing((Backup child) -> child.getSpec().database() == null)
                    .thenComparing(child -> child.getMetadata().getCreationTimestamp()))
            .flatMap(NextPlan::database);
    return Series.of(spec, database);
  }

  private static Optional<String> database(Backup child) {
    return Optional.ofNullable(child.getStatus())
        .map(BackupStatus::resolved)
        .map(BackupStatus.Resolved::connection)
        .map(ResolvedConnection::database);
  }
}
