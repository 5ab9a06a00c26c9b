package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "@hourly,,2026-01-01T13:00:00Z",
    "@daily,,2026-01-02T00:00:00Z",
    "@weekly,,2026-01-04T00:00:00Z",
    "@monthly,,2026-02-01T00:00:00Z",
    "30 2 * * *,Europe/Berlin,2026-01-02T01:30:00Z",
    "*/15 * * * MON-FRI,,2026-01-01T12:15:00Z",
    "0 4 29 2 *,,2028-02-29T04:00:00Z"
  })
  void theNextSlot(String expression, String zone, Instant next) {
    assertThat(CronSchedule.parse(expression, zone).next(NOON)).contains(next);
  }

  @Test
  void aSlotThatIsNowIsDueNowAndNotNext() {
    var schedule = CronSchedule.parse("0 12 * * *", null);
    assertThat(schedule.latest(NOON)).contains(NOON);
    assertThat(schedule.next(NOON)).contains(NOON.plusSeconds(86400));
    assertThat(schedule.latest(NOON.minusMillis(1))).contains(NOON.minusSeconds(86400));
  }

  @Test
  void aDateThatDoesNotExistNeverFires() {
    assertThat(CronSchedule.parse("0 0 30 2 *", null).next(NOON)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EST", "MST", "HST"})
  void zonesThatJavaHasApartAreZones(String zone) {
    assertThat(CronSchedule.parse("@daily", zone).next(NOON)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Local", "ROC", "Factory", "Mars/Olympus"})
  void aZoneThatOnlyTheServerKnowsIsRefusedInWords(String zone) {
    assertThatThrownBy(() -> CronSchedule.parse("@daily", zone))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the operator knows no time zone " + zone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"61 * * * *", "* * * * * *", "0 25 * * *", "a b c d e", "0-/ * * * *"})
  void nonsenseIsRefused(String expression) {
    assertThatThrownBy(() -> CronSchedule.parse(expression, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
