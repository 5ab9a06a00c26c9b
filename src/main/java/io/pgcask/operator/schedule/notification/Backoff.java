package io.pgcask.operator.schedule.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When an attempt is followed by another. Pure: the jitter is a function of the event. */
final class Backoff {

  /** After an attempt that failed for what may pass, or for what a person can mend. */
  static final Duration PATIENCE = Duration.ofHours(24);

  /** Attempts at a receiver that refuses. */
  static final int REFUSALS = 3;

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
   * @param happened when the event was
   * @param ended when the last attempt was
   * @return empty if it is given up
   */
  static Optional<Instant> next(
      String id, int attempts, Instant happened, Instant ended, Attempt.Failed failure) {
    var patient =
        failure.kind() == Attempt.Kind.REFUSED
            ? attempts < REFUSALS
            : attempts < REFUSALS || ended.isBefore(happened.plus(PATIENCE));
    return patient ? Optional.of(ended.plus(delay(id, attempts, failure))) : Optional.empty();
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
