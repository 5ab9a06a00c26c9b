package io.pgcask.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProbeScheduleTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:07Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Stream<String> uids(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)}).toString());
  }

  @Test
  void aThousandConnectionsAreSpreadOverTheMinuteAfterAStart() {
    var perSecond = new int[60];
    uids(1000)
        .map(uid -> ProbeSchedule.afterStart(NOW, MINUTE, uid))
        .forEach(due -> perSecond[(int) Duration.between(NOW, due).toSeconds()]++);

    assertThat(IntStream.of(perSecond).max().orElseThrow()).isLessThan(40);
    assertThat(IntStream.of(perSecond).min().orElseThrow()).isGreaterThan(3);
  }

  @Test
  void aLongIntervalIsNotWaitedForAfterAStart() {
    assertThat(uids(100))
        .allMatch(
            uid ->
                ProbeSchedule.afterStart(NOW, Duration.ofHours(1), uid).isBefore(NOW.plus(MINUTE)));
  }

  @Test
  void whatCameAtOnceIsSpreadWithTheNextProbe() {
    var perSecond = new int[61];
    uids(1000)
        .map(uid -> ProbeSchedule.whileUp(NOW, MINUTE, uid))
        .forEach(due -> perSecond[(int) Duration.between(NOW, due).toSeconds() - 30]++);

    assertThat(IntStream.of(perSecond).max().orElseThrow()).isLessThan(40);
  }

  @Test
  void aConnectionKeepsItsPlaceInTheInterval() {
    var due = ProbeSchedule.whileUp(NOW, MINUTE, "uid");

    for (int i = 0; i < 5; i++) {
      var next = ProbeSchedule.whileUp(due.plusMillis(700), MINUTE, "uid");
      assertThat(Duration.between(due, next)).isEqualTo(MINUTE);
      due = next;
    }
  }

  @Test
  void theNextProbeIsNeitherAtOnceNorLate() {
    assertThat(uids(1000).map(uid -> ProbeSchedule.whileUp(NOW, MINUTE, uid)))
        .allMatch(due -> !due.isBefore(NOW.plusSeconds(30)) && due.isBefore(NOW.plusSeconds(90)));
  }

  @Test
  void whatIsDownIsTriedMoreAndMoreSeldomUpToItsInterval() {
    assertThat(delays(MINUTE)).containsExactly(15L, 30L, 60L, 60L, 60L);
    assertThat(delays(Duration.ofSeconds(10))).containsOnly(10L);
    assertThat(delays(Duration.ofHours(1))).containsExactly(15L, 30L, 60L, 120L, 240L);
    assertThat(ProbeSchedule.whileDown(NOW, Duration.ofHours(1), 1000))
        .isEqualTo(NOW.plus(Duration.ofMinutes(5)));
  }

  private static List<Long> delays(Duration interval) {
    return IntStream.rangeClosed(1, 5)
        .mapToObj(failures -> ProbeSchedule.whileDown(NOW, interval, failures))
        .map(due -> Duration.between(NOW, due).toSeconds())
        .toList();
  }
}
