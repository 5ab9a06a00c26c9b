package io.pgcask.operator.schedule.health;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.RecentRun;
import io.pgcask.operator.schedule.WrongClock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a schedule is, by its Backups. Pure.
 *
 * <p>None of it makes the schedule less Ready: it does what its spec asks for, and what it asks for
 * may fail.
 *
 * @param healthy condition Healthy
 * @param sizeAnomaly condition SizeAnomaly
 * @param changesAt when Healthy becomes False if nothing happens
 * @param overdueSince since when the newest good Backup is older than maxAgeOfLastSuccess
 * @param lastSuccessfulTime when the newest good Backup ended
 * @param lastFailureTime when the newest one failed, as far back as the status knows
 * @param damaged names of those that were found damaged
 */
public record ScheduleHealth(
    Verdict healthy,
    Verdict sizeAnomaly,
    Optional<Instant> changesAt,
    Optional<Instant> overdueSince,
    Optional<Instant> lastSuccessfulTime,
    Optional<Instant> lastFailureTime,
    int consecutiveFailures,
    List<RecentRun> recentRuns,
    List<String> damaged) {

  private static final int RECENT = 5;
  private static final int MOST_DAMAGED = 20;

  /** Judges, from the status before and the Backups that there are. */
  public static ScheduleHealth of(BackupSchedule schedule, List<Backup> children, Instant now) {
    var good = GoodBackups.newestFirst(children, now);
    var point = RecoveryPoint.of(schedule, children, good, now);
    return new ScheduleHealth(
        point.healthy(),
        SizeCheck.of(good),
        point.changesAt(),
        point.overdueSince(),
        good.stream().map(one -> GoodBackups.ended(one, now)).max(Comparator.naturalOrder()),
        lastFailure(schedule, children, now),
        consecutiveFailures(schedule, children, now),
        recent(children),
        damaged(children, now));
  }

  /** Takes it over into a status. */
  public void addTo(BackupScheduleStatusBuilder status) {
    status
        .lastSuccessfulTime(lastSuccessfulTime.orElse(null))
        .lastFailureTime(lastFailureTime.orElse(null))
        .consecutiveFailures(consecutiveFailures)
        .recentRuns(recentRuns.isEmpty() ? null : recentRuns)
        .damaged(damaged.isEmpty() ? null : damaged);
  }

  /** That of a Failed Backup which is gone since stays known. */
  private static Optional<Instant> lastFailure(
      BackupSchedule schedule, List<Backup> children, Instant now) {
    return Stream.concat(knownFailure(schedule, now).stream(), failures(children, now))
        .max(Comparator.naturalOrder());
  }

  /**
   * Those that are gone since count as well, so it goes on from the number before: only those that
   * failed later than the last known failure are added, and one that was made begins anew. That it
   * has begun anew stays known when that one is gone.
   */
  private static int consecutiveFailures(
      BackupSchedule schedule, List<Backup> children, Instant now) {
    var success =
        children.stream()
            .filter(GoodBackups::hasSucceeded)
            .map(one -> GoodBackups.ended(one, now))
            .max(Comparator.naturalOrder())
            .orElse(Instant.MIN);
    var last = knownFailure(schedule, now).filter(success::isBefore);
    if (last.isEmpty()) {
      return (int) failures(children, now).filter(success::isBefore).count();
    }
    var later = (int) failures(children, now).filter(last.get()::isBefore).count();
    var atOnce = (int) failures(children, now).filter(last.get()::equals).count();
    return before(schedule) == 0 ? later : Math.max(before(schedule), atOnce) + later;
  }

  private static Stream<Instant> failures(List<Backup> children, Instant now) {
    return children.stream()
        .filter(GoodBackups::hasEnded)
        .filter(GoodBackups::hasFailed)
        .map(one -> GoodBackups.ended(one, now));
  }

  private static Optional<Instant> knownFailure(BackupSchedule schedule, Instant now) {
    return Optional.ofNullable(schedule.getStatus())
        .map(BackupScheduleStatus::lastFailureTime)
        .filter(WrongClock.believable(now));
  }

  private static int before(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getStatus().consecutiveFailures()).orElse(0);
  }

  private static List<RecentRun> recent(List<Backup> children) {
    return GoodBackups.newestFirst(children.stream(), GoodBackups::scheduled).stream()
        .limit(RECENT)
        .map(ScheduleHealth::run)
        .toList();
  }

  private static RecentRun run(Backup backup) {
    var status = Optional.ofNullable(backup.getStatus());
    return new RecentRun(
        backup.getMetadata().getName(),
        GoodBackups.scheduled(backup),
        status.map(BackupStatus::phase).orElse(null),
        status.map(BackupStatus::reason).orElse(null),
        status.map(BackupStatus::completionTime).orElse(null),
        status.map(BackupStatus::durationSeconds).orElse(null),
        status.map(BackupStatus::sizeBytes).orElse(null));
  }

  private static List<String> damaged(List<Backup> children, Instant now) {
    return children.stream()
        .filter(GoodBackups::isDamaged)
        .sorted(GoodBackups.byDataTime(now).reversed())
        .limit(MOST_DAMAGED)
        .map(backup -> backup.getMetadata().getName())
        .toList();
  }
}
