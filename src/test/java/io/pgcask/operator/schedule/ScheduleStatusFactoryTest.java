package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleStatusFactoryTest {

  private static Backup backup(BackupPhase phase) {
    var backup = new Backup();
    backup.setStatus(BackupStatusBuilder.builder().phase(phase).build());
    return backup;
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "FAILED", "EXPIRED", "DELETING"})
  void whatHasRunDoesNotStandInTheWayOfTheNextSlotAlsoWhileItsDataGoes(BackupPhase phase) {
    assertThat(ScheduleStatusFactory.hasEnded(backup(phase))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"QUEUED", "PENDING", "RUNNING", "VERIFYING"})
  void whatMayStillRunDoes(BackupPhase phase) {
    assertThat(ScheduleStatusFactory.hasEnded(backup(phase))).isFalse();
  }

  @Test
  void whatHasNoStatusYetDoes() {
    assertThat(ScheduleStatusFactory.hasEnded(new Backup())).isFalse();
  }

  /** Somebody else's finalizer may hold it for long. */
  @Test
  void whatWasDeletedBeforeAnythingHasBegunDoesNot() {
    var deleted = new Backup();
    deleted.getMetadata().setDeletionTimestamp("2026-11-26T10:00:00Z");

    assertThat(ScheduleStatusFactory.hasEnded(deleted)).isTrue();
  }

  /** Else it would count when that time has come. */
  @Test
  void aLookOfAClockThatWasAheadIsForgotten() {
    var schedule =
        ScheduleFixture.with(
            ScheduleFixture.schedule(),
            status ->
                status
                    .lastUnchangedTime(ScheduleFixture.slot(25))
                    .unchangedSinceBackup("nightly-05"));
    var wrong = ScheduleStatusFactory.invalid(schedule, List.of(), "", ScheduleFixture.slot(6));
    assertThat(wrong.lastUnchangedTime()).isNull();
    assertThat(wrong.unchangedSinceBackup()).isNull();
    var right = ScheduleStatusFactory.invalid(schedule, List.of(), "", ScheduleFixture.slot(25));
    assertThat(right.lastUnchangedTime()).isEqualTo(ScheduleFixture.slot(25));
  }
}
