package io.pgcask.operator.schedule.health;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.Times;
import io.pgcask.operator.schedule.WrongClock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Condition Healthy. Pure.
 *
 * <p>With {@code maxAgeOfLastSuccess} it is about the age of the data: of the snapshot of the
 * newest good Backup, or of the last look that found nothing changed since one that still is good.
 * Without it, about the newest Backup that has ended. A schedule that is suspended gets no better
 * for it.
 *
 * @param healthy the condition
 * @param changesAt when it becomes False if nothing happens
 * @param overdueSince since when it is False because of maxAgeOfLastSuccess
 */
record RecoveryPoint(Verdict healthy, Optional<Instant> changesAt, Optional<Instant> overdueSince) {

  /**
   * Judges.
   *
   * @param good the one with the youngest data first
   */
  static RecoveryPoint of(
      BackupSchedule schedule, List<Backup> children, List<Backup> good, Instant now) {
    var objective = schedule.getSpec().maxAgeOfLastSuccess();
    return objective == null ? byLastEnd(children, now) : byAge(schedule, children, good, now);
  }

  private static RecoveryPoint byAge(
      BackupSchedule schedule, List<Backup> children, List<Backup> good, Instant now) {
    var objective = schedule.getSpec().maxAgeOfLastSuccess();
    var age = Quantities.parse(objective);
    if (good.isEmpty()) {
      var damaged = newestDamaged(children, now);
      if (damaged.isPresent()) {
        return overdue(
            GoodBackups.dataTime(damaged.get(), now),
            Reason.BACKUP_DAMAGED,
            "Backup %s is damaged, and there is no other good one; %s"
                .formatted(name(damaged.get()), REMEDY));
      }
      var latest = Times.created(schedule).plus(age);
      return now.isBefore(latest)
          ? new RecoveryPoint(
              Verdict.unknown(
                  Condition.HEALTHY,
                  Reason.NO_BACKUP_YET,
                  "there is no good Backup yet; the first is to be there by " + latest),
              Optional.of(latest),
              Optional.empty())
          : overdue(
              latest,
              Reason.RECOVERY_POINT_MISSED,
              "there is no good Backup, and the schedule is older than the %s of maxAgeOfLastSuccess; %s"
                  .formatted(objective, REMEDY));
    }
    var newest = good.getFirst();
    var asOf = asOf(schedule, good, now);
    var latest = asOf.plus(age);
    var what =
        asOf.equals(GoodBackups.dataTime(newest, now))
            ? "Backup %s shows the database as of %s".formatted(name(newest), asOf)
            : "nothing had changed since Backup %s when it was looked at %s"
                .formatted(schedule.getStatus().unchangedSinceBackup(), asOf);
    return now.isBefore(latest)
        ? new RecoveryPoint(
            Verdict.yes(
                Condition.HEALTHY,
                Reason.RECOVERY_POINT_KEPT,
                "%s, which is young enough until %s".formatted(what, latest)),
            Optional.of(latest),
            Optional.empty())
        : overdue(
            latest,
            Reason.RECOVERY_POINT_MISSED,
            "%s, longer ago than the %s of maxAgeOfLastSuccess; %s"
                .formatted(what, objective, REMEDY));
  }

  private static final String REMEDY =
      "look at the reasons of the newest Backups, mend what they say, and make a Backup now";

  /** A look that found nothing changed counts as long as the Backup that it was about is good. */
  private static Instant asOf(BackupSchedule schedule, List<Backup> good, Instant now) {
    var own = GoodBackups.dataTime(good.getFirst(), now);
    return Optional.ofNullable(schedule.getStatus())
        .filter(status -> status.unchangedSinceBackup() != null)
        .filter(
            status ->
                good.stream().anyMatch(one -> name(one).equals(status.unchangedSinceBackup())))
        .map(BackupScheduleStatus::lastUnchangedTime)
        .filter(looked -> looked.isAfter(own) && !WrongClock.isAhead(looked, now))
        .orElse(own);
  }

  private static RecoveryPoint byLastEnd(List<Backup> children, Instant now) {
    var newest =
        children.stream()
            .filter(GoodBackups::hasEnded)
            .max(
                Comparator.comparing((Backup backup) -> GoodBackups.ended(backup, now))
                    .thenComparing(GoodBackups::scheduled)
                    .thenComparing(RecoveryPoint::name));
    if (newest.isEmpty()) {
      return new RecoveryPoint(
          Verdict.unknown(
              Condition.HEALTHY, Reason.NO_BACKUP_YET, "no Backup of the schedule has ended yet"),
          Optional.empty(),
          Optional.empty());
    }
    var backup = newest.get();
    if (GoodBackups.hasFailed(backup)) {
      return no(
          Reason.LAST_BACKUP_FAILED,
          "Backup %s has failed: %s: %s"
              .formatted(name(backup), backup.getStatus().reason(), backup.getStatus().message()));
    }
    if (GoodBackups.isDamaged(backup)) {
      return no(Reason.BACKUP_DAMAGED, "Backup %s is damaged; %s".formatted(name(backup), REMEDY));
    }
    return new RecoveryPoint(
        Verdict.yes(
            Condition.HEALTHY,
            Reason.LAST_BACKUP_SUCCEEDED,
            "Backup %s is Completed".formatted(name(backup))),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<Backup> newestDamaged(List<Backup> children, Instant now) {
    return children.stream().filter(GoodBackups::isDamaged).max(GoodBackups.byDataTime(now));
  }

  private static RecoveryPoint no(Reason reason, String message) {
    return new RecoveryPoint(
        Verdict.no(Condition.HEALTHY, reason, message), Optional.empty(), Optional.empty());
  }

  private static RecoveryPoint overdue(Instant since, Reason reason, String message) {
    return new RecoveryPoint(
        Verdict.no(Condition.HEALTHY, reason, message), Optional.empty(), Optional.of(since));
  }

  private static String name(Backup backup) {
    return backup.getMetadata().getName();
  }
}
