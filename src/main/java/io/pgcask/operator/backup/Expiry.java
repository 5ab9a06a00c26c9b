package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When the data of a Backup goes by itself. Pure. */
final class Expiry {

  /** A timer of days is no use to an operator that will have been updated by then. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private Expiry() {}

  /** When it expires, held or not; empty: never. */
  static Optional<Instant> time(Backup backup) {
    var status = backup.getStatus();
    return Optional.ofNullable(backup.getSpec().expiresAfter())
        .filter(span -> status.phase() == BackupPhase.COMPLETED)
        .map(span -> begin(backup).plus(Quantities.parse(span)));
  }

  /**
   * An old backup that is imported must not be gone before anybody has looked at it. No other one
   * was completed before it was created, which the API server's clock tells: what says so was
   * completed by a clock that stood in the past.
   */
  private static Instant begin(Backup backup) {
    var status = backup.getStatus();
    if (status.importTime() != null) {
      return status.importTime();
    }
    var created = Times.created(backup);
    return status.completionTime().isBefore(created) ? created : status.completionTime();
  }

  /** Whether its data is to be deleted now. */
  static boolean isDue(Backup backup, Instant now) {
    return !isHeld(backup) && time(backup).filter(time -> !now.isBefore(time)).isPresent();
  }

  /** How long nothing will become due; empty: as long as nobody edits the spec. */
  static Optional<Duration> wait(Backup backup, Instant now) {
    return time(backup)
        .filter(time -> !isHeld(backup))
        .map(time -> Duration.between(now, time))
        .map(left -> left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT);
  }

  /** Whether nothing may delete the data. */
  static boolean isHeld(Backup backup) {
    return Boolean.TRUE.equals(backup.getSpec().hold());
  }
}
