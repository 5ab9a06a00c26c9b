package io.pgcask.it;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** A clock that goes like the real one, in whole seconds, and can be put forward. */
final class MovableClock extends Clock {

  private volatile Duration ahead = Duration.ZERO;

  /** Puts it to a time, or less than a second after it: its seconds begin with the real ones. */
  void putTo(Instant time) {
    ahead = Duration.between(Instant.now(), time).plusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead).truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("times are instants here");
  }
}
