package io.pgcask.operator.schedule.storage;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.operator.schedule.health.Verdict;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How it stands with the probes of one storage. Pure.
 *
 * @param verdict condition StorageReady
 * @param probedAt when that was found out; empty: never
 * @param failures in a row
 * @param due when the next probe is
 */
record ProbeRound(
    boolean running, Verdict verdict, Optional<Instant> probedAt, int failures, Instant due) {

  /** Of a storage that nothing is known of. */
  static ProbeRound unknown(Instant now) {
    return new ProbeRound(
        false,
        StorageProber.unknown("the storage has not been probed yet"),
        Optional.empty(),
        0,
        now);
  }

  /** As the status of a schedule has it, if that is of its present spec. */
  static Optional<ProbeRound> known(BackupSchedule schedule, String place, Instant now) {
    var status =
        Optional.ofNullable(schedule.getStatus())
            .filter(
                known ->
                    Objects.equals(
                        known.observedGeneration(), schedule.getMetadata().getGeneration()));
    var verdict = status.flatMap(known -> Verdict.of(known.conditions(), Condition.STORAGE_READY));
    var probedAt = status.map(BackupScheduleStatus::lastStorageProbeTime);
    if (verdict.isEmpty() || probedAt.isEmpty()) {
      return Optional.empty();
    }
    var usable = isGood(verdict.get());
    return Optional.of(
        new ProbeRound(
            false,
            verdict.get(),
            probedAt,
            usable ? 0 : 1,
            ProbeTimes.afterStart(now, probedAt.get(), usable, place)));
  }

  /**
   * Another storage has come in the place of this one: what is known is shown until it is tried.
   */
  ProbeRound anew(Instant now) {
    return new ProbeRound(false, verdict, probedAt, 0, now);
  }

  ProbeRound started() {
    return new ProbeRound(true, verdict, probedAt, failures, due);
  }

  ProbeRound ended(Verdict found, String place, Instant now) {
    var usable = isGood(found);
    var inARow = usable ? 0 : failures + 1;
    return new ProbeRound(
        false,
        found,
        Optional.of(now),
        inARow,
        usable ? ProbeTimes.whileUp(now, place) : ProbeTimes.whileDown(now, inARow));
  }

  boolean isDue(Instant now) {
    return !running && ProbeTimes.isDue(due, now);
  }

  boolean isGood() {
    return isGood(verdict);
  }

  private static boolean isGood(Verdict verdict) {
    return "True".equals(verdict.status());
  }
}
