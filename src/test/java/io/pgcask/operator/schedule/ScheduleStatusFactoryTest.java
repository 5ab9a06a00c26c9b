package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
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
}
