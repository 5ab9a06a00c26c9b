package io.pgcask.operator.schedule.storage;

import io.pgcask.operator.Names;
import java.time.Duration;
import java.time.Instant;

/**
 * When a storage is probed next. Pure. Each schedule has its own place within the interval, from
 * its UID: many of them do not come at once.
 */
final class ProbeTimes {

  private static final Duration INTERVAL = Duration.ofHours(6);

  /** Pause after the first failure; doubled with each further one. */
  private static final Duration DOWN = Duration.ofMinutes(1);

  private static final Duration MOST_DOWN = Duration.ofMinutes(30);

  /** After a start of the operator, what is overdue is probed within this time. */
  private static final Duration START = Duration.ofMinutes(2);

  private ProbeTimes() {}

  /** After a storage could be used: in half an interval at least, one and a half at most. */
  static Instant whileUp(Instant now, String uid) {
    var seconds = INTERVAL.toSeconds();
    var earliest = now.getEpochSecond() + seconds / 2;
    return Instant.ofEpochSecond(earliest + Math.floorMod(place(uid) - earliest, seconds));
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
  static Instant afterStart(Instant now, Instant last, boolean usable, String uid) {
    var due = usable ? whileUp(last, uid) : last;
    var soon = now.plusSeconds(place(uid) % START.toSeconds());
    return due.isAfter(soon) ? due : soon;
  }

  private static long place(String uid) {
    return Long.parseLong(Names.hash8(uid), 16);
  }
}
