package io.pgcask.operator.schedule.verification;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.LastHandled;
import io.pgcask.api.v1alpha1.ScheduledVerification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationSample;
import io.pgcask.api.v1alpha1.VerificationStatus;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Times;
import io.pgcask.operator.schedule.CronSchedule;
import io.pgcask.operator.schedule.WrongClock;
import io.pgcask.operator.schedule.health.GoodBackups;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which Backup of a schedule is to be read again now. Pure.
 *
 * <p>It is asked for by the annotation that people use, with a value that is a function of level
 * and slot: whoever looks again, after a restart too, sees that it was asked and whether it is
 * answered. One is under way at a time, a request of a person included, which is never overwritten.
 *
 * @param ask what to ask for now; empty: nothing
 * @param last the slot that was done with last
 * @param next the next slot
 * @param invalid why there will never be one, a sentence
 */
public record VerificationPlan(
    Optional<Ask> ask, Optional<Instant> last, Optional<Instant> next, Optional<String> invalid) {

  /**
   * A request.
   *
   * @param value of the annotation
   */
  public record Ask(Backup backup, String value) {}

  /** Makes the plan. */
  public static VerificationPlan of(BackupSchedule schedule, List<Backup> children, Instant now) {
    var last =
        Optional.ofNullable(schedule.getStatus())
            .map(BackupScheduleStatus::lastVerificationTime)
            .map(time -> WrongClock.notAhead(time, now));
    var asked = schedule.getSpec().verification();
    if (asked == null) {
      return new VerificationPlan(Optional.empty(), last, Optional.empty(), Optional.empty());
    }
    CronSchedule cron;
    try {
      cron = CronSchedule.parse(asked.schedule(), schedule.getSpec().timeZone());
    } catch (IllegalArgumentException e) {
      return invalid(last, e.getMessage());
    }
    var next = cron.next(now);
    if (next.isEmpty()) {
      return invalid(last, "%s never fires in five years".formatted(asked.schedule()));
    }
    var since = last.orElseGet(() -> Times.created(schedule));
    var due = cron.latest(now).filter(slot -> slot.isAfter(since));
    if (due.isEmpty() || children.stream().anyMatch(VerificationPlan::isUnderWay)) {
      return new VerificationPlan(Optional.empty(), last, next, Optional.empty());
    }
    var request = request(asked, children, due.get(), now);
    return new VerificationPlan(request, request.isPresent() ? last : due, next, Optional.empty());
  }

  private static VerificationPlan invalid(Optional<Instant> last, String why) {
    return new VerificationPlan(
        Optional.empty(),
        last,
        Optional.empty(),
        Optional.of("verification.schedule: %s".formatted(why)));
  }

  /** Takes its times over into a status. */
  public void addTo(BackupScheduleStatusBuilder status) {
    status.lastVerificationTime(last.orElse(null)).nextVerificationTime(next.orElse(null));
  }

  /** What is left to ask for of that slot; empty: it is done with. */
  private static Optional<Ask> request(
      ScheduledVerification asked, List<Backup> children, Instant slot, Instant now) {
    var level = Optional.ofNullable(asked.level()).orElse(VerificationLevel.HASH);
    var value = "%s/%s".formatted(word(level), slot);
    var readable = children.stream().filter(backup -> isReadable(backup, now)).toList();
    var backup =
        asked.sample() == VerificationSample.ALL
            ? longestUnverified(readable, level, value, slot, now)
            : newest(children, readable, value, now);
    return backup.map(found -> new Ask(found, value));
  }

  private static Optional<Backup> newest(
      List<Backup> children, List<Backup> readable, String value, Instant now) {
    return children.stream().anyMatch(backup -> answered(backup).filter(value::equals).isPresent())
        ? Optional.empty()
        : readable.stream().max(GoodBackups.byDataTime(now));
  }

  /** Of those that had ended at the slot; later ones were read at their end. */
  private static Optional<Backup> longestUnverified(
      List<Backup> readable, VerificationLevel level, String value, Instant slot, Instant now) {
    return readable.stream()
        .filter(backup -> !GoodBackups.ended(backup, now).isAfter(slot))
        .filter(backup -> answered(backup).filter(value::equals).isEmpty())
        .filter(
            backup ->
                verification(backup)
                    .filter(done -> done.level() != null && done.level().compareTo(level) >= 0)
                    .filter(done -> done.time() != null && done.time().isAfter(slot))
                    .filter(done -> !WrongClock.isAhead(done.time(), now))
                    .isEmpty())
        .min(
            Comparator.comparing(
                    (Backup backup) ->
                        verification(backup).map(VerificationStatus::time).orElse(Instant.MIN))
                .thenComparing(GoodBackups.byDataTime(now)));
  }

  /** Completed, not known to be damaged, and its data will stay for now. */
  private static boolean isReadable(Backup backup, Instant now) {
    if (!GoodBackups.isKept(backup) || GoodBackups.isDamaged(backup)) {
      return false;
    }
    var goes = backup.getStatus().expirationTime();
    return goes == null || goes.isAfter(now) || Boolean.TRUE.equals(backup.getSpec().hold());
  }

  /** Whoever asked: it is not answered yet, but will be. */
  private static boolean isUnderWay(Backup backup) {
    var status = backup.getStatus();
    return status != null
        && !backup.isMarkedForDeletion()
        && (status.phase() == BackupPhase.COMPLETED || status.phase() == BackupPhase.FAILED)
        && Labels.asked(backup, Labels.VERIFY, answered(backup).orElse(null)).isPresent();
  }

  private static Optional<String> answered(Backup backup) {
    return Optional.ofNullable(backup.getStatus())
        .map(BackupStatus::lastHandled)
        .map(LastHandled::verify);
  }

  private static Optional<VerificationStatus> verification(Backup backup) {
    return Optional.ofNullable(backup.getStatus().verification());
  }

  private static String word(VerificationLevel level) {
    return switch (level) {
      case HASH -> "Hash";
      case PARSE -> "Parse";
      case RESTORE -> "Restore";
    };
  }
}
