package io.pgcask.operator.schedule;

import java.time.Instant;

/** What became of a {@link Plan}. */
sealed interface Outcome {

  /** Nothing was due. */
  record Quiet() implements Outcome {}

  /** The Backup is there. */
  record Created(Run run, int missed) implements Outcome {}

  /** The Backup is not there yet, and comes by itself. */
  record Waiting(Run run, String why) implements Outcome {}

  /** The API server refuses the Backup; it is tried again. */
  record Refused(Run run, String why) implements Outcome {}

  /** The slot was given up, and slots before it were missed. */
  record Skipped(Instant slot, String why, int missed) implements Outcome {}

  /** It was too late for so many slots, of which this is the newest. */
  record Missed(Instant slot, int missed) implements Outcome {}

  /** What a person asked for will not be: a Backup of that name is in the way, or was refused. */
  record Declined(Run run, String why) implements Outcome {}
}
