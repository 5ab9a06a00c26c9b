package io.pgcask.operator.schedule;

import java.time.Instant;

/**
 * One Backup of a schedule.
 *
 * @param name of the Backup; a function of schedule and cause, so that no cause makes two
 * @param time the slot, or when it was asked for
 * @param cause why it is made
 */
record Run(String name, Instant time, Cause cause) {

  /** Why a schedule makes a Backup. */
  sealed interface Cause {

    /** Its slot has come. */
    record Slot() implements Cause {}

    /** The schedule is new, and its spec says immediate. */
    record Immediate() implements Cause {}

    /** Somebody asked for it by annotation, with this value. */
    record Asked(String value) implements Cause {}
  }

  /** Whether slots up to its time are history once it has been made. */
  boolean ofTimetable() {
    return !(cause instanceof Cause.Asked);
  }
}
