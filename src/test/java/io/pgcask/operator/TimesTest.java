package io.pgcask.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class TimesTest {

  @Test
  void aClockOfWholeSecondsIsWaitedForToTheMillisecond() {
    var time = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(60);
    var before = Instant.now();
    var wait = Times.until(time, Clock.tickSeconds(ZoneOffset.UTC));
    var after = Instant.now();

    assertThat(after.plus(wait)).as("not too early").isAfter(time);
    assertThat(before.plus(wait)).as("not late").isBefore(time.plus(Duration.ofMillis(2)));
  }
}
