package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import io.pgcask.operator.schedule.health.Verdict;
import io.pgcask.operator.schedule.storage.StorageProbes;
import io.pgcask.operator.schedule.verification.VerificationPlan;
import io.pgcask.operator.status.Conditions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was found of a schedule's Backups and its storage; nothing of it decides about slots. Pure.
 *
 * @param health what its Backups say
 * @param storage what the probes of its storage say
 * @param verification which of its Backups is to be read again
 */
public record ScheduleFindings(
    ScheduleHealth health, StorageProbes.Known storage, VerificationPlan verification) {

  /**
   * The status with what was found.
   *
   * @param status as it is to be written otherwise, with conditions Ready, Reconciling and Stalled
   */
  public BackupScheduleStatus addTo(
      BackupSchedule schedule, BackupScheduleStatus status, Instant now) {
    var builder = BackupScheduleStatusBuilder.builder(status);
    health.addTo(builder);
    verification.addTo(builder);
    storage.probedAt().ifPresent(builder::lastStorageProbeTime);
    var own = conditions(schedule, now);
    verdicts().forEach(verdict -> verdict.addTo(own));
    var others =
        verification
            .invalid()
            .filter(why -> isReady(status))
            .map(why -> conditions(schedule, now).stalled(Reason.INVALID_SCHEDULE, why).list())
            .orElseGet(status::conditions);
    return builder.conditions(Stream.concat(others.stream(), own.list().stream()).toList()).build();
  }

  private static Conditions conditions(BackupSchedule schedule, Instant now) {
    return Conditions.from(before(schedule), schedule.getMetadata().getGeneration(), now);
  }

  /** What keeps Backups from being made is worse than that none will be read again. */
  private static boolean isReady(BackupScheduleStatus status) {
    return Verdict.of(status.conditions(), Condition.READY)
        .filter(ready -> ready.status().equals("True"))
        .isPresent();
  }

  private static List<Condition> before(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getStatus())
        .map(BackupScheduleStatus::conditions)
        .orElse(List.of());
  }

  private List<Verdict> verdicts() {
    return List.of(health.healthy(), storage.verdict(), health.sizeAnomaly());
  }

  /** When to look again, unless an event comes first. */
  public Optional<Instant> next() {
    return Stream.of(health.changesAt(), storage.next(), verification.next())
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder());
  }

  /** Something to tell people. */
  public record News(boolean warning, Reason reason, String message) {}

  /**
   * What people are told, since it was not so before: conditions that became good or bad, bad ones
   * that are so for another reason, and Backups that were found damaged.
   *
   * @param schedule as it was before
   * @param written as it is now
   */
  public List<News> news(BackupSchedule schedule, BackupSchedule written) {
    var before = before(schedule);
    var changed = verdicts().stream().flatMap(verdict -> news(before, verdict).stream());
    var known =
        Optional.ofNullable(schedule.getStatus())
            .map(BackupScheduleStatus::damaged)
            .orElse(List.of());
    var damaged =
        health.damaged().stream()
            .filter(name -> !known.contains(name))
            .map(
                name ->
                    new News(
                        true,
                        Reason.BACKUP_DAMAGED,
                        "Backup %s was read again and is damaged; it does not count any more for maxAgeOfLastSuccess nor for retention"
                            .formatted(name)));
    var invalid =
        verification.invalid().stream()
            .filter(why -> says(before(written), why) && !says(before, why))
            .map(why -> new News(true, Reason.INVALID_SCHEDULE, why));
    return Stream.of(changed, damaged, invalid).flatMap(one -> one).toList();
  }

  private static boolean says(List<Condition> conditions, String message) {
    return conditions.stream().anyMatch(one -> one.message().equals(message));
  }

  private static Optional<News> news(List<Condition> before, Verdict now) {
    var last = Verdict.of(before, now.type());
    var bad = now.status().equals(badStatus(now.type()));
    if (bad) {
      return last.filter(
                  one ->
                      one.status().equals(now.status())
                          && Objects.equals(one.reason(), now.reason()))
              .isPresent()
          ? Optional.empty()
          : Optional.of(new News(true, now.reason(), now.message()));
    }
    var mended =
        last.filter(one -> one.status().equals(badStatus(now.type()))).isPresent()
            && !now.status().equals("Unknown");
    return mended ? Optional.of(new News(false, now.reason(), now.message())) : Optional.empty();
  }

  /** An anomaly is bad if there is one, the others if they do not hold. */
  private static String badStatus(String type) {
    return type.equals(Condition.SIZE_ANOMALY) ? "True" : "False";
  }
}
