package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
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

  @Test
  void theTimeOfTheNextBackupIsThatOfItsSlotAndNotThatOfItsCreation() {
    // Given a schedule whose Backups come up to 20 minutes late
    var created = Instant.parse("2026-03-09T12:00:00Z");
    var schedule = Schedules.of(created, "50 23 * * *", spec -> spec.jitterSeconds(1200));
    var timetable = Timetable.of(schedule);
    var now = Instant.parse("2026-03-09T23:40:00Z");
    var history = SlotHistory.of(schedule, timetable, now);

    // When
    var status = ScheduleStatusFactory.of(schedule, history, List.of(), new Outcome.Quiet(), now);

    // Then
    var slot = Instant.parse("2026-03-09T23:50:00Z");
    assertThat(timetable.lateness()).isPositive();
    assertThat(status.nextScheduleTime()).isEqualTo(slot.plus(timetable.lateness()));
    assertThat(ScheduleCare.nextSlot(timetable, status)).contains(slot);
    assertThat(
            ScheduleCare.nextSlot(
                timetable,
                BackupScheduleStatusBuilder.builder(status).nextScheduleTime(null).build()))
        .isEmpty();
  }
}
