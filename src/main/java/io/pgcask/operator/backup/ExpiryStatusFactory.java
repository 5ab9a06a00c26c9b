package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.status.Conditions;
import io.pgcask.operator.status.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The status of a Backup whose data goes while the resource stays. It has completed, and that does
 * not change: a tool that applied it sees it green, and people see the phase. Pure.
 */
final class ExpiryStatusFactory {

  private ExpiryStatusFactory() {}

  /**
   * The data is being deleted, and the resource stays: it has completed, and that does not change.
   */
  static BackupStatus expiring(Backup backup, Instant now) {
    var message = "has expired; deleting " + BackupPlaces.locations(backup);
    return expiry(backup, BackupPhase.DELETING, message, now).stopTime(now).build();
  }

  /** It has been tried for long, and goes on; because it has expired or for retention. */
  static BackupStatus late(Backup backup, Instant now) {
    return saying(backup, "storage has not let its data be deleted yet; it is tried every minute: ")
        .build();
  }

  /** It is marked, and nothing is deleted yet; because it has expired or for retention. */
  static BackupStatus waitingForReaders(Backup backup) {
    return saying(backup, "its data is deleted once the Restores that may read it have ended: ")
        .build();
  }

  /** They have ended: the deletion begins now, and is late only some time from now. */
  static BackupStatus readNoMore(Backup backup, Instant now) {
    return saying(backup, "deleting ").stopTime(now).build();
  }

  /** What it was, but for the message, which ends with the places of its data. */
  private static BackupStatusBuilder saying(Backup backup, String words) {
    return BackupStatusFactory.unchanged(backup)
        .observedGeneration(backup.getMetadata().getGeneration())
        .message(Conditions.truncate(words + BackupPlaces.locations(backup)));
  }

  /** Whether the data is being deleted because it has expired. */
  static boolean isExpiring(BackupStatus status) {
    return status.phase() == BackupPhase.DELETING && Reason.EXPIRED.word().equals(status.reason());
  }

  /** The data is gone, or what is left of it was given up. */
  static BackupStatus expired(Backup backup, Instant now) {
    var message =
        "expired at %s; the data was deleted".formatted(backup.getStatus().expirationTime());
    return expiry(backup, BackupPhase.EXPIRED, message, now).build();
  }

  /**
   * The same, when not all of it could be deleted: the resource stays to say where that is. What it
   * was as a run does not change.
   */
  static BackupStatus leavingData(Backup backup, String where, String why, Instant now) {
    var warning = "%s may still hold data: %s".formatted(where, why);
    return BackupStatusFactory.unchanged(backup)
        .observedGeneration(backup.getMetadata().getGeneration())
        .phase(BackupPhase.EXPIRED)
        .reason(Reason.DATA_LEFT_BEHIND.word())
        .message(Conditions.truncate(warning))
        .warnings(
            Samples.merge(
                backup.getStatus().warnings(), List.of(warning), BackupStatusFactory.WARNINGS))
        .build();
  }

  private static BackupStatusBuilder expiry(
      Backup backup, BackupPhase phase, String message, Instant now) {
    var shown = Conditions.truncate(message);
    return BackupStatusFactory.unchanged(backup)
        .observedGeneration(backup.getMetadata().getGeneration())
        .phase(phase)
        .reason(Reason.EXPIRED.word())
        .message(shown)
        .conditions(
            BackupStatusFactory.conditions(backup, now).complete(Reason.EXPIRED, shown).list());
  }

  /** When the data will be deleted, or that it will not. */
  static BackupStatus expiresAt(Backup backup, Optional<Instant> time) {
    return BackupStatusFactory.unchanged(backup).expirationTime(time.orElse(null)).build();
  }
}
