package io.pgcask.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * What was written down by a clock that was wrong. Pure.
 *
 * <p>A clock that is put back by a little makes nobody do again what was done. One that was ahead
 * for a year, and is right again, must not keep a schedule quiet for that year.
 */
public final class WrongClock {

  private static final Duration TOLERANCE = Duration.ofHours(1);

  private WrongClock() {}

  /** That time, or now if it lies more than an hour ahead. */
  public static Instant notAhead(Instant remembered, Instant now) {
    return isAhead(remembered, now) ? now : remembered;
  }

  /**
   * Whether a time was written by a clock that was right as far as can be told: not {@link
   * #isAhead}.
   */
  public static Predicate<Instant> believable(Instant now) {
    return remembered -> !isAhead(remembered, now);
  }

  /** Whether it lies more than an hour ahead. */
  public static boolean isAhead(Instant remembered, Instant now) {
    return remembered.isAfter(now.plus(TOLERANCE));
  }
}
