package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Whether a failed attempt of a Backup is followed by another one, and when. Pure. */
final class Retries {

  /** If the spec says nothing. */
  static final int DEFAULT = 2;

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /**
   * What may be gone in a moment, without anybody doing anything. Not {@code Stalled}: it has taken
   * its time already, and mostly does so again. Not {@code JobMissing}: somebody deleted the Job.
   */
  private static final Set<Reason> MAY_PASS =
      EnumSet.of(
          Reason.HOST_UNREACHABLE,
          Reason.CONNECT_TIMEOUT,
          Reason.TOO_MANY_CONNECTIONS,
          Reason.LOCK_TIMEOUT,
          Reason.RECOVERY_CONFLICT,
          Reason.STORAGE_UNREACHABLE,
          Reason.POD_EVICTED,
          Reason.RESULT_LOST);

  private Retries() {}

  /**
   * Another attempt.
   *
   * @param attempt its number
   * @param attempts how many there may be in all
   * @param at when it may begin
   */
  record Retry(int attempt, int attempts, Instant at) {}

  /** The number of the attempt that a Backup is at, from 1. */
  static int attempt(Backup backup) {
    return Optional.ofNullable(backup.getStatus()).map(BackupStatus::attempt).orElse(1);
  }

  /**
   * What follows an attempt that left nothing in storage; a backup that lacks only copies is kept.
   *
   * @param failed the status that the Backup would have if nothing followed
   */
  static Optional<Retry> after(Backup backup, BackupStatus failed, Instant now) {
    var spec = backup.getSpec();
    var attempt = attempt(backup);
    var attempts = 1 + Optional.ofNullable(spec.retries()).orElse(DEFAULT);
    var unwanted =
        backup.isMarkedForDeletion()
            || Boolean.TRUE.equals(spec.cancel())
            || BackupStatusFactory.holdsData(failed);
    return unwanted || attempt >= attempts || !MAY_PASS.contains(Reason.of(failed.reason()))
        ? Optional.empty()
        : Optional.of(
            new Retry(
                attempt + 1,
                attempts,
                now.plus(pause(attempt)).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1)));
  }

  /** Twice as long after each attempt, within the bounds. */
  private static Duration pause(int attempt) {
    var pause = SHORTEST_PAUSE.multipliedBy(1L << (attempt - 1));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
