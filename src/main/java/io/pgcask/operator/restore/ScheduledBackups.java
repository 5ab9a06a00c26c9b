package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreSpec.Scheduled;
import io.pgcask.operator.Labels;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.schedule.WrongClock;
import io.pgcask.operator.schedule.health.GoodBackups;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The Backups that a schedule has made, and which of them a Restore takes. Pure. */
final class ScheduledBackups {
  private final Scheduled wanted;
  private final List<Backup> made;

  /**
   * Of a schedule.
   *
   * @param backups of the Restore's namespace that may be the schedule's
   */
  ScheduledBackups(Scheduled wanted, List<Backup> backups) {
    this.wanted = wanted;
    this.made =
        backups.stream()
            .filter(backup -> Labels.schedule(backup).filter(wanted.name()::equals).isPresent())
            .toList();
  }

  /** The newest that fits: of equal ones always the same. */
  Optional<Backup> newest(Instant now) {
    return made.stream()
        .filter(backup -> isWhole(backup, now))
        .filter(backup -> wanted.before() == null || isBefore(backup, wanted.before()))
        .max(
            Comparator.comparing((Backup backup) -> asOf(backup, now))
                .thenComparing(backup -> backup.getMetadata().getName()));
  }

  /** Why there is none. */
  Trouble none() {
    return new Trouble(
        Reason.NO_FITTING_BACKUP,
        "of %d Backups of BackupSchedule %s none fits: Completed, whole, not damaged, not expired%s"
            .formatted(
                made.size(),
                wanted.name(),
                wanted.before() == null ? "" : ", and from before " + wanted.before()));
  }

  private static boolean isWhole(Backup backup, Instant now) {
    var status = backup.getStatus();
    return GoodBackups.isGood(backup)
        && status.resolved() != null
        && status.completionTime() != null
        && !isExpired(backup, now);
  }

  private static boolean isExpired(Backup backup, Instant now) {
    var time = backup.getStatus().expirationTime();
    return time != null && !now.isBefore(time) && !Boolean.TRUE.equals(backup.getSpec().hold());
  }

  /** Whether it shows the database as of before that time, whatever clock has written when. */
  private static boolean isBefore(Backup backup, Instant time) {
    return GoodBackups.snapshot(backup).orElseGet(() -> GoodBackups.ended(backup)).isBefore(time);
  }

  /**
   * As of when it shows the database; what a clock that was ahead has written is not the newest.
   */
  private static Instant asOf(Backup backup, Instant now) {
    return GoodBackups.snapshot(backup)
        .filter(WrongClock.believable(now))
        .orElseGet(() -> GoodBackups.ended(backup, now));
  }
}
