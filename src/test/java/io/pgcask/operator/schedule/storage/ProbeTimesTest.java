package io.pgcask.operator.schedule.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ProbeTimesTest {

  private static final Instant NOW = Instant.parse("2026-03-09T12:00:00Z");
  private static final Duration INTERVAL = Duration.ofHours(6);

  @Property(tries = 500)
  void comesEverySixHoursAtThePlaceOfTheStorage(
      @ForAll @LongRange(min = 0, max = 4_000_000_000L) long now, @ForAll long uid) {
    var at = Instant.ofEpochSecond(now);
    var name = new UUID(uid, uid).toString();

    var next = ProbeTimes.whileUp(at, name);

    assertThat(next)
        .isBetween(at.plus(INTERVAL.dividedBy(2)), at.plus(INTERVAL.dividedBy(2)).plus(INTERVAL));
    assertThat(ProbeTimes.whileUp(next, name)).isEqualTo(next.plus(INTERVAL));
  }

  @Test
  void manySchedulesDoNotComeAtOnce() {
    var minutes =
        IntStream.range(0, 1000)
            .mapToObj(i -> ProbeTimes.whileUp(NOW, new UUID(i, 7 * i).toString()))
            .map(time -> time.getEpochSecond() / 60)
            .distinct()
            .count();

    assertThat(minutes).isGreaterThan(300);
  }

  @Property(tries = 100)
  void comesSoonAfterAFailureAndThenMoreSeldom(@ForAll @IntRange(min = 1, max = 500) int failures) {
    var pause = Duration.between(NOW, ProbeTimes.whileDown(NOW, failures));

    assertThat(pause).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(30));
    assertThat(ProbeTimes.whileDown(NOW, failures + 1))
        .isAfterOrEqualTo(ProbeTimes.whileDown(NOW, failures));
    assertThat(ProbeTimes.whileDown(NOW, 1)).isEqualTo(NOW.plusSeconds(60));
  }

  @Property(tries = 200)
  void aStartOfTheOperatorBeginsNothingAnewAndCatchesUpSoon(
      @ForAll @IntRange(min = 0, max = 100_000) int ago, @ForAll boolean usable, @ForAll long uid) {
    var name = new UUID(uid, uid).toString();
    var last = NOW.minusSeconds(ago);

    var due = ProbeTimes.afterStart(NOW, last, usable, name);

    var soon = NOW.plus(Duration.ofMinutes(2));
    assertThat(due).isAfterOrEqualTo(NOW);
    if (!usable || !ProbeTimes.whileUp(last, name).isAfter(NOW)) {
      assertThat(due).isBefore(soon);
    } else if (ProbeTimes.whileUp(last, name).isAfter(soon)) {
      assertThat(due).isEqualTo(ProbeTimes.whileUp(last, name));
    }
  }

  @Test
  void whatAClockThatWasAheadHasPutOffIsDue() {
    var ahead = NOW.plus(Duration.ofDays(300));
    assertThat(ProbeTimes.isDue(ahead, NOW)).isTrue();
    assertThat(ProbeTimes.isDue(NOW, NOW)).isTrue();
    assertThat(ProbeTimes.isDue(NOW.plusSeconds(1), NOW)).isFalse();
    assertThat(ProbeTimes.isDue(ProbeTimes.whileUp(NOW, "place"), NOW)).isFalse();
    assertThat(ProbeTimes.isDue(ProbeTimes.whileDown(NOW, 100), NOW)).isFalse();
    for (var usable : new boolean[] {true, false}) {
      assertThat(ProbeTimes.afterStart(NOW, ahead, usable, "place"))
          .isBetween(NOW, NOW.plus(Duration.ofMinutes(2)));
    }
  }
}
