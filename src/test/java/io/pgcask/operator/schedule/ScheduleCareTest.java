package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleCareTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private static Optional<Duration> soonest(Duration slot, Duration other) {
    return ScheduleCare.soonest(
        Optional.ofNullable(slot), Stream.of(Optional.empty(), Optional.ofNullable(other)));
  }

  @Test
  void aSlotThatHasPassedKeepsNobodyBusy() {
    var clock = Clock.tickSeconds(ZoneOffset.UTC);
    var now = clock.instant();
    assertThat(ScheduleCare.untilSlot(now, now, clock)).isEqualTo(SECOND);
    assertThat(ScheduleCare.untilSlot(now.minusSeconds(60), now, clock)).isEqualTo(SECOND);
    assertThat(ScheduleCare.untilSlot(now.plusSeconds(60), now, clock))
        .isBetween(Duration.ofSeconds(55), Duration.ofSeconds(61));
  }

  @Test
  void onlyASlotToComeIsWaitedForToThePoint() {
    assertThat(soonest(Duration.ofMillis(5), Duration.ofSeconds(9))).contains(Duration.ofMillis(5));
    assertThat(soonest(Duration.ofMinutes(1), Duration.ofMinutes(-1))).contains(SECOND);
    assertThat(soonest(null, Duration.ofMillis(1))).contains(SECOND);
    assertThat(soonest(null, Duration.ofSeconds(2))).contains(Duration.ofSeconds(2));
    assertThat(soonest(null, null)).isEmpty();
  }
}
