package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.status.Conditions;
import java.time.Instant;

/** The status of a Backup that its schedule's retention takes away. Pure. */
final class RetirementStatusFactory {

  private RetirementStatusFactory() {}

  /** The data is being deleted, and the resource goes after it. What it was does not change. */
  static BackupStatus retiring(Backup backup, String why, Instant now) {
    return BackupStatusFactory.unchanged(backup)
        .observedGeneration(backup.getMetadata().getGeneration())
        .phase(BackupPhase.DELETING)
        .reason(Reason.RETENTION.word())
        .message(
            Conditions.truncate(
                "retention removes it: %s; deleting %s"
                    .formatted(why, BackupPlaces.locations(backup))))
        .stopTime(now)
        .build();
  }

  /** Whether the data is being deleted because of retention. */
  static boolean isRetiring(BackupStatus status) {
    return status.phase() == BackupPhase.DELETING
        && Reason.RETENTION.word().equals(status.reason());
  }
}
