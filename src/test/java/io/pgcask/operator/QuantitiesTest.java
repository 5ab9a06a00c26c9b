package io.pgcask.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {

  @ParameterizedTest
  @CsvSource({"90m,5400", "12h,43200", "7d,604800", "2w,1209600", "99999w,60479395200"})
  void durationsOfTheApiAreRead(String text, long seconds) {
    assertThat(Quantities.parse(text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"0,0s", "59,59s", "60,1m00s", "3599,59m59s", "3600,1h00m", "100000,27h46m"})
  void durationsReadWell(long seconds, String text) {
    assertThat(Quantities.format(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.0 KiB",
    "1048576,1.0 MiB",
    "1288490189,1.2 GiB",
    "9223372036854775807,8.0 EiB"
  })
  void bytesReadWell(long bytes, String text) {
    assertThat(Quantities.formatBytes(bytes)).isEqualTo(text);
  }
}
