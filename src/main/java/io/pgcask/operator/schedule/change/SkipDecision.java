package io.pgcask.operator.schedule.change;

import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import java.time.Instant;

/** What becomes of a slot of a schedule with skipIfUnchanged. */
public sealed interface SkipDecision {

  /**
   * A Backup is to be made.
   *
   * @param why a part of a sentence
   */
  record Run(String why) implements SkipDecision {}

  /**
   * The slot can be skipped.
   *
   * @param backup name of the Backup that holds what a new one would
   * @param lookedAt when that was so
   */
  record Skip(String backup, Instant lookedAt) implements SkipDecision {

    /** Takes it over into a status: health counts it as long as that Backup is good. */
    public void addTo(BackupScheduleStatusBuilder status) {
      status.lastUnchangedTime(lookedAt).unchangedSinceBackup(backup);
    }
  }
}
