package io.pgcask.operator.schedule.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When an attempt is followed by another. Pure: the jitter is a function of the event. */
final class Backoff {

  /**
   * Attempts that fail for what may pass, or for what a person can mend: they take a day. Counted
   * and not timed, since what is told after a long downtime was long ago when it is first tried.
   */
  static final int PATIENCE = 30;

  /** Attempts at a receiver that refuses. */
  static final int REFUSALS = 3;

  /** The longest time between two attempts. */
  static final Duration MOST = Duration.ofMinutes(72);

  /** Behind it comes an hour each. */
  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30));

  private static final Duration LONGEST = Duration.ofHours(1);

  private Backoff() {}

  /**
   * When to try again.
   *
   * @param id of the event: many that failed at once are not tried again at once
   * @param attempts that were made, from 1
   * @param ended when the last attempt was
   * @return empty if it is given up
   */
  static Optional<Instant> next(String id, int attempts, Instant ended, Attempt.Failed failure) {
    var most = failure.kind() == Attempt.Kind.REFUSED ? REFUSALS : PATIENCE;
    return attempts < most
        ? Optional.of(ended.plus(delay(id, attempts, failure)))
        : Optional.empty();
  }

  /** A receiver's Retry-After is honoured up to an hour; it never makes a delay shorter. */
  private static Duration delay(String id, int attempts, Attempt.Failed failure) {
    var base = attempts <= DELAYS.size() ? DELAYS.get(attempts - 1) : LONGEST;
    // 0.8 to 1.2
    var jitter = 800 + Math.floorMod((id + attempts).hashCode(), 401);
    var delay = base.multipliedBy(jitter).dividedBy(1000);
    var asked = failure.retryAfter().map(after -> after.compareTo(LONGEST) > 0 ? LONGEST : after);
    return asked.filter(after -> after.compareTo(delay) > 0).orElse(delay);
  }
}
