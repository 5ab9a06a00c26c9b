package io.pgcask.operator.schedule.storage;

import io.pgcask.operator.Names;
import io.pgcask.operator.schedule.WrongClock;
import java.time.Duration;
import java.time.Instant;

/**
 * When a storage is probed next. Pure. Each storage has its own place within the interval, from a
 * hash: many of them do not come at once.
 */
final class ProbeTimes {

  private static final Duration INTERVAL = Duration.ofHours(6);

  /** No probe is put off for longer. */
  private static final Duration LONGEST = Duration.ofHours(9);

  /** Pause after the first failure; doubled with each further one. */
  private static final Duration DOWN = Duration.ofMinutes(1);

  private static final Duration MOST_DOWN = Duration.ofMinutes(30);

  /** After a start of the operator, what is overdue is probed within this time. */
  private static final Duration START = Duration.ofMinutes(2);

  private static final Duration LOOK = Duration.ofMinutes(4);

  /** By so much later at most, each schedule at a time of its own. */
  private static final Duration SPREAD = Duration.ofMinutes(1);

  private ProbeTimes() {}

  /** Whether a look or a probe is due. What a clock that was ahead has put off for longer is. */
  static boolean isDue(Instant due, Instant now) {
    return !now.isBefore(due) || due.isAfter(now.plus(LONGEST));
  }

  /** When to find out whether a schedule's storage is still the same: in 4 to 5 minutes. */
  static Instant lookAgain(Instant now, String uid) {
    return now.plus(LOOK).plusSeconds(place(uid) % SPREAD.toSeconds());
  }

  /** After a storage could be used: in half an interval at least, one and a half at most. */
  static Instant whileUp(Instant now, String place) {
    var seconds = INTERVAL.toSeconds();
    var earliest = now.getEpochSecond() + seconds / 2;
    return Instant.ofEpochSecond(earliest + Math.floorMod(place(place) - earliest, seconds));
  }

  /**
   * After a storage could not be used.
   *
   * @param failures in a row, at least 1
   */
  static Instant whileDown(Instant now, int failures) {
    var pause = DOWN.multipliedBy(1L << Math.min(failures - 1, 10));
    return now.plus(pause.compareTo(MOST_DOWN) < 0 ? pause : MOST_DOWN);
  }

  /** After a start of the operator, of one that was probed before. */
  static Instant afterStart(Instant now, Instant last, boolean usable, String place) {
    var soon = now.plusSeconds(place(place) % START.toSeconds());
    var due = usable && !WrongClock.isAhead(last, now) ? whileUp(last, place) : soon;
    return due.isAfter(soon) ? due : soon;
  }

  private static long place(String text) {
    return Long.parseLong(Names.hash8(text), 16);
  }
}
