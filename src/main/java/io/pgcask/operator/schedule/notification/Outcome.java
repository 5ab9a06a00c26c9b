package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationResult;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * How a Backup ended.
 *
 * @param time when it ended; of one that was found damaged later, when that was found
 */
record Outcome(Kind kind, Instant time, Backup backup) {

  /** How. */
  enum Kind {
    /** There is a backup. */
    GOOD,
    /** There is none. */
    FAILED,
    /** There was one, and a later verification found it damaged. */
    DAMAGED
  }

  /** In the order in which they happened. */
  static final Comparator<Outcome> BY_TIME =
      Comparator.comparing(Outcome::time)
          .thenComparing(outcome -> outcome.backup().getMetadata().getName());

  /**
   * How that Backup ended, if it has. One that ran before it was re-created without its status says
   * nothing of today: whoever restores a namespace would get a flood.
   */
  static Optional<Outcome> of(Backup backup) {
    var status = backup.getStatus();
    if (status == null || status.phase() == null || status.completionTime() == null) {
      return Optional.empty();
    }
    return switch (status.phase()) {
      case COMPLETED ->
          Optional.of(
              damagedSince(backup)
                  .map(time -> new Outcome(Kind.DAMAGED, time, backup))
                  .orElseGet(() -> new Outcome(Kind.GOOD, status.completionTime(), backup)));
      case FAILED ->
          Reason.ALREADY_RAN.word().equals(status.reason())
              ? Optional.empty()
              : Optional.of(new Outcome(Kind.FAILED, status.completionTime(), backup));
      case QUEUED, PENDING, RUNNING, VERIFYING, EXPIRED, DELETING -> Optional.empty();
    };
  }

  private static Optional<Instant> damagedSince(Backup backup) {
    return Optional.ofNullable(backup.getStatus().verification())
        .filter(verification -> verification.result() == VerificationResult.DAMAGED)
        .map(verification -> Optional.ofNullable(verification.time()))
        .map(time -> time.orElse(backup.getStatus().completionTime()));
  }

  /** What tells it from every other outcome of the schedule. */
  String id(String schedule) {
    var uid = backup.getMetadata().getUid();
    return switch (kind) {
      case GOOD -> EventId.of(schedule, NotificationEvent.COMPLETED, uid);
      case FAILED -> EventId.of(schedule, NotificationEvent.FAILED, uid);
      case DAMAGED -> EventId.of(schedule, NotificationEvent.FAILED, uid + " damaged");
    };
  }

  /** The phase that stands in the status. */
  BackupPhase phase() {
    return backup.getStatus().phase();
  }
}
