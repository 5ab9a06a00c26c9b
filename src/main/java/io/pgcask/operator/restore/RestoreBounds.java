package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.contract.Task;
import io.pgcask.operator.job.Trouble;
import java.time.Instant;
import java.util.Optional;

/** What a Restore may do and until when, as its spec says it. */
final class RestoreBounds {
  private RestoreBounds() {}

  /**
   * For the runner, which looks again right before the first write.
   *
   * @param safetyBackup name of the Backup that is made before; empty: none is
   */
  static Task.Bounds of(RestoreSpec spec, Optional<String> safetyBackup) {
    return new Task.Bounds(
        Boolean.TRUE.equals(spec.dryRun()),
        spec.notAfter(),
        Boolean.TRUE.equals(spec.terminateConnections()),
        safetyBackup.orElse(null));
  }

  /** It is too late for a Restore that has not begun. */
  static Optional<Trouble> passed(RestoreSpec spec, Instant now) {
    return of(spec, Optional.empty()).passed(now)
        ? Optional.of(
            new Trouble(
                Reason.EXPIRED,
                "notAfter (%s) has passed and nothing was written: create another Restore if it is to"
                        .formatted(spec.notAfter())
                    + " run"))
        : Optional.empty();
  }
}
