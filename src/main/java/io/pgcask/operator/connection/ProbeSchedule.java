package io.pgcask.operator.connection;

import java.time.Duration;
import java.time.Instant;

/**
 * When a connection is probed next. Pure. Each connection has its own place within the interval,
 * from its UID: many of them do not come at once, neither after a start of the operator nor later.
 */
final class ProbeSchedule {

  /** After a start of the operator every connection has been probed within this time. */
  private static final Duration START = Duration.ofSeconds(60);

  /** Pause after the first failure; doubled with each further one. */
  private static final Duration DOWN = Duration.ofSeconds(15);

  /** A server that is back after a long time is noticed within this time. */
  private static final Duration MOST_DOWN = Duration.ofMinutes(5);

  private ProbeSchedule() {}

  /** The first probe after a start, of a connection that was probed before. */
  static Instant afterStart(Instant now, Duration interval, String uid) {
    var window = shorter(START, interval).toMillis();
    return now.plusMillis(place(uid, window));
  }

  /**
   * The next probe of a server that could be used: at the connection's place in the interval, and
   * at least half an interval and at most one and a half from now.
   */
  static Instant whileUp(Instant now, Duration interval, String uid) {
    var millis = interval.toMillis();
    var earliest = now.toEpochMilli() + millis / 2;
    var late = Math.floorMod(place(uid, millis) - earliest, millis);
    return Instant.ofEpochMilli(earliest + late);
  }

  /**
   * The next probe of a server that could not be used: soon, since Backups and Restores wait for
   * it, and then more and more seldom.
   *
   * @param failures in a row, at least 1
   */
  static Instant whileDown(Instant now, Duration interval, int failures) {
    var cap = shorter(interval, MOST_DOWN);
    return now.plus(shorter(cap, DOWN.multipliedBy(1L << Math.min(failures - 1, 10))));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static long place(String uid, long window) {
    // the bits of a UUID's hash are evenly spread only after some mixing
    return Math.floorMod(uid.hashCode() * 0x9E3779B97F4A7C15L >>> 16, window);
  }
}
