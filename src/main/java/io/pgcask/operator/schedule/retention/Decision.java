package io.pgcask.operator.schedule.retention;

import java.util.List;

/** What becomes of one Backup. */
sealed interface Decision {

  /** The Backup. */
  Candidate candidate();

  /**
   * It stays.
   *
   * @param by the rules that keep it, one at least
   */
  record Keep(Candidate candidate, List<String> by) implements Decision {}

  /**
   * It goes.
   *
   * @param why for people, at most 256 characters
   */
  record Remove(Candidate candidate, String why) implements Decision {}
}
