package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.Backup;
import java.time.Instant;
import java.util.List;

/** What a schedule does now. */
sealed interface Plan {

  /** Nothing is due. */
  record Nothing() implements Plan {}

  /**
   * A Backup is due and may begin.
   *
   * @param missed how many slots before it passed unused
   */
  record Start(Run run, int missed) implements Plan {}

  /** A Backup is due, and begins once these have ended, which are to be cancelled. */
  record Replace(Run run, List<Backup> earlier) implements Plan {}

  /** The slot is given up because another Backup has not ended. */
  record Skip(Instant slot, Backup earlier, int missed) implements Plan {}

  /**
   * It is too late for the slot.
   *
   * @param missed how many passed unused, this one included
   */
  record Miss(Instant slot, int missed) implements Plan {}
}
