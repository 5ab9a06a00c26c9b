package io.pgcask.operator.schedule;

import io.pgcask.operator.schedule.change.SkipDecision;
import java.time.Instant;

/** What became of a {@link Plan}. */
sealed interface Outcome {

  /** One that can be written down. */
  sealed interface Settled extends Outcome {}

  /** Nothing was due. */
  record Quiet() implements Settled {}

  /** The Backup has just been made; the next step finds it there. */
  record Begun() implements Outcome {}

  /** The Backup is there. */
  record Created(Run run, int missed) implements Settled {}

  /** The Backup is not there yet, and comes by itself. */
  record Waiting(Run run, String why) implements Settled {}

  /** The API server refuses the Backup; it is tried again. */
  record Refused(Run run, String why) implements Settled {}

  /** The slot was given up, and slots before it were missed. */
  record Skipped(Instant slot, String why, int missed) implements Settled {}

  /** The slot was given up since nothing has changed, and slots before it were missed. */
  record Unchanged(Instant slot, SkipDecision.Skip decision, int missed) implements Settled {}

  /** It is being looked whether anything has changed; by then it is known. */
  record Looking(Run run, Instant until) implements Settled {}

  /** It was too late for so many slots, of which this is the newest. */
  record Missed(Instant slot, int missed) implements Settled {}

  /** What a person asked for will not be: a Backup of that name is in the way, or was refused. */
  record Declined(Run run, String why) implements Settled {}
}
