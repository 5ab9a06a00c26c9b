package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.runner.backup.DumpBottleneck.Shares;
import io.pgcask.runner.tool.Backend.Doing;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpBottleneckTest {
  @ParameterizedTest(name = "tool {0}, storage {1}, pg_dump worked {2}, backend {3}: {4}")
  @CsvSource({
    // storage is known without the server
    "0.1, 0.8, 0.2, WAITS_FOR_TOOL, STORAGE",
    "0.1, 0.8, 0.2, , STORAGE",
    "0.4, 0.51, 0.9, WORKS, STORAGE",
    // pg_dump writes too little: the backend tells why
    "0.9, 0.0, 0.2, WORKS, DATABASE",
    "0.9, 0.0, 0.95, WAITS_FOR_TOOL, COMPRESSION",
    "0.9, 0.0, 3.2, WAITS_FOR_TOOL, COMPRESSION",
    // nothing stands out
    "0.5, 0.5, 0.5, WORKS, ",
    "0.3, 0.3, 0.9, WAITS_FOR_TOOL, ",
    // the look at the backend and the time of pg_dump do not agree
    "0.9, 0.0, 0.8, WORKS, ",
    "0.9, 0.0, 0.1, WAITS_FOR_TOOL, ",
    // pg_dump sorts, or the server was not to be asked
    "0.9, 0.0, 0.9, IDLE, ",
    "0.9, 0.0, 0.9, , ",
  })
  void namesWhatStandsOut(
      double tool, double storage, double worked, Doing backend, Bottleneck expected) {
    assertThat(DumpBottleneck.of(new Shares(tool, storage, worked), Optional.ofNullable(backend)))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void sharesAreThoseOfTheTimeBetweenTwoMoments() {
    var from = new PumpTimes.Sums(1_000_000_000L, 500_000_000L, 100_000_000L);
    var to = new PumpTimes.Sums(6_000_000_000L, 4_500_000_000L, 600_000_000L);

    assertThat(Shares.between(from, to, Duration.ofMillis(2500)))
        .isEqualTo(new Shares(0.8, 0.1, 0.5));
  }
}
