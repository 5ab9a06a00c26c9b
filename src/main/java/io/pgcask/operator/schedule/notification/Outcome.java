package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationStatus;
import io.pgcask.operator.backup.BackupPlaces;
import io.pgcask.operator.schedule.WrongClock;
import io.pgcask.operator.schedule.health.GoodBackups;
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
    /** There is one, without some of what was asked for: as a recovery point it does not count. */
    PARTIAL,
    /** There is none. */
    FAILED,
    /** There was one, and a later verification found it or one of its copies damaged. */
    DAMAGED;

    /** Whether people have to do something. */
    boolean isBad() {
      return this == FAILED || this == DAMAGED;
    }
  }

  /** In the order in which they happened. */
  static final Comparator<Outcome> BY_TIME =
      Comparator.comparing(Outcome::time)
          .thenComparing(outcome -> outcome.backup().getMetadata().getName());

  /**
   * How that Backup ended, if it has. One that ran before it was re-created, with its status or
   * without, says nothing of today: whoever restores or copies a namespace would get a flood. Nor
   * does one that was imported, unless it is found damaged.
   */
  static Optional<Outcome> of(Backup backup, Instant now) {
    var status = backup.getStatus();
    if (status == null
        || status.phase() == null
        || status.completionTime() == null
        || backup.getSpec().imported() != null && !GoodBackups.isFoundDamaged(backup)
        || BackupPlaces.isOfAnother(backup)) {
      return Optional.empty();
    }
    return switch (status.phase()) {
      case COMPLETED -> Optional.of(completed(backup, now));
      case FAILED ->
          Reason.ALREADY_RAN.word().equals(status.reason())
              ? Optional.empty()
              : Optional.of(new Outcome(Kind.FAILED, GoodBackups.ended(backup, now), backup));
      case QUEUED, PENDING, RUNNING, VERIFYING, EXPIRED, DELETING -> Optional.empty();
    };
  }

  private static Outcome completed(Backup backup, Instant now) {
    var ended = GoodBackups.ended(backup, now);
    if (GoodBackups.isFoundDamaged(backup)) {
      var found = found(backup).filter(WrongClock.believable(now));
      return new Outcome(Kind.DAMAGED, found.orElse(ended), backup);
    }
    return new Outcome(GoodBackups.isWhole(backup) ? Kind.GOOD : Kind.PARTIAL, ended, backup);
  }

  /** Whether a time that was written down for it lies ahead: a clock was wrong. */
  boolean isAhead(Instant now) {
    return WrongClock.isAhead(GoodBackups.ended(backup), now)
        || found(backup).filter(time -> WrongClock.isAhead(time, now)).isPresent();
  }

  /** When it was read again. */
  private static Optional<Instant> found(Backup backup) {
    return Optional.ofNullable(backup.getStatus().verification()).map(VerificationStatus::time);
  }

  /** What tells it from every other outcome of the schedule. */
  String id(String schedule) {
    var uid = backup.getMetadata().getUid();
    return switch (kind) {
      case GOOD, PARTIAL -> EventId.of(schedule, NotificationEvent.COMPLETED, uid);
      case FAILED -> EventId.of(schedule, NotificationEvent.FAILED, uid);
      case DAMAGED -> EventId.of(schedule, NotificationEvent.FAILED, uid + " damaged");
    };
  }

  /** In one word. */
  String reason() {
    return kind == Kind.DAMAGED ? Reason.VERIFICATION_FAILED.word() : backup.getStatus().reason();
  }

  /** For people. */
  String message() {
    return kind == Kind.DAMAGED
        ? GoodBackups.damage(backup).orElse("")
        : Optional.ofNullable(backup.getStatus().message()).orElse("");
  }
}
