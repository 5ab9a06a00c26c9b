package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.RetentionStatus;
import org.junit.jupiter.api.Test;

class RemovedCountsTest {

  private final RemovedCounts counts = new RemovedCounts();

  private static BackupSchedule saying(long removed) {
    return with(
        schedule(), status -> status.retention(new RetentionStatus(9, removed, null, 0, null)));
  }

  @Test
  void goesOnFromTheStatus() {
    assertThat(counts.add(schedule(), 0)).isZero();
    assertThat(counts.add(saying(7), 2)).isEqualTo(9);
    assertThat(counts.add(saying(9), 0)).isEqualTo(9);
  }

  @Test
  void aRoundThatCouldNotBeWrittenDownIsNotMissed() {
    // Given a round whose status was refused, since somebody had edited the schedule
    assertThat(counts.add(saying(7), 2)).isEqualTo(9);

    // When, Then
    assertThat(counts.add(saying(7), 1)).isEqualTo(10);
    assertThat(counts.add(saying(10), 0)).isEqualTo(10);
    counts.forget(schedule());
    assertThat(counts.add(saying(10), 1)).as("another operator").isEqualTo(11);
  }
}
