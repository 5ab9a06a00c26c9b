package io.pgcask.operator.schedule.retention;

/** What a Backup is worth to retention. */
sealed interface Standing {

  /** Completed, whole, not damaged, and verified where that is asked for: one that counts. */
  record Good() implements Standing {}

  /**
   * It may hold data that can be restored, and takes the place of none that counts.
   *
   * @param why for people
   */
  record Uncounted(String why) implements Standing {}

  /** It failed, and there is no data that is known of. */
  record Failed() implements Standing {}

  /** The record of one whose data is gone. */
  record Gone() implements Standing {}

  /**
   * Not retention's: it is being deleted already, has not ended, was imported by somebody, or is
   * the record of data that was left behind.
   *
   * @param why for people
   */
  record Apart(String why) implements Standing {}
}
