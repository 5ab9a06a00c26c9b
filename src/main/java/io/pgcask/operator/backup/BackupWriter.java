package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.status.StatusWriter;

/** Writes a Backup's status, and tells of it in Events when the phase or its reason changes. */
final class BackupWriter {

  private final StatusWriter writer;
  private final Events events;

  BackupWriter(StatusWriter writer, Events events) {
    this.writer = writer;
    this.events = events;
  }

  Backup write(Backup backup, BackupStatus status) {
    var before = backup.getStatus();
    var written = writer.write(backup, status);
    var told =
        before != null
            && before.phase() == status.phase()
            && status.reason().equals(before.reason());
    if (!told) {
      var reason = Reason.of(status.reason());
      if (status.phase() == BackupPhase.FAILED
          || reason == Reason.RETRYING
          || reason == Reason.DATA_LEFT_BEHIND) {
        events.warning(backup, reason, status.message());
      } else {
        events.normal(backup, reason, status.message());
      }
    }
    return written;
  }

  Backup finalizer(Backup backup, boolean wanted) {
    return writer.finalizer(backup, wanted);
  }

  void verified(Backup backup, VerificationResult result, String message) {
    switch (result) {
      case PASSED -> events.normal(backup, Reason.VERIFIED, message);
      case DAMAGED -> events.warning(backup, Reason.VERIFICATION_FAILED, message);
      case INCONCLUSIVE -> events.warning(backup, Reason.VERIFICATION_INCONCLUSIVE, message);
    }
  }

  void deleted(Backup backup) {
    events.normal(backup, Reason.DATA_DELETED, "deleted " + BackupPlaces.locations(backup));
  }

  void leftBehind(Backup backup, String where, String why) {
    events.warning(
        backup, Reason.DATA_LEFT_BEHIND, "%s may still hold data: %s".formatted(where, why));
  }
}
