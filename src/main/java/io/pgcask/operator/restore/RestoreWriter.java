package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.StatusWriter;

/** Writes a Restore's status, and tells of it in Events when the phase or its reason changes. */
final class RestoreWriter {

  private final StatusWriter writer;
  private final Events events;

  RestoreWriter(StatusWriter writer, Events events) {
    this.writer = writer;
    this.events = events;
  }

  Restore write(Restore restore, RestoreStatus status) {
    var before = restore.getStatus();
    var written = writer.write(restore, status);
    var told =
        before != null
            && before.phase() == status.phase()
            && status.reason().equals(before.reason());
    if (!told) {
      var reason = Reason.of(status.reason());
      if (status.phase() == RestorePhase.FAILED
          || status.phase() == RestorePhase.COMPLETED_WITH_WARNINGS) {
        events.warning(restore, reason, status.message());
      } else {
        events.normal(restore, reason, status.message());
      }
    }
    return written;
  }

  /** Tells of what has become of a database beside the target. */
  void tell(Restore restore, Trouble news) {
    if (news.reason() == Reason.DATABASE_DROPPED) {
      events.normal(restore, news.reason(), news.message());
    } else {
      events.warning(restore, news.reason(), news.message());
    }
  }

  Restore finalizer(Restore restore, boolean wanted) {
    return writer.finalizer(restore, wanted);
  }
}
