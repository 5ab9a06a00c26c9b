package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import java.util.List;
import org.junit.jupiter.api.Test;

class SightTest {

  private final Sight sight = new Sight();

  private static Backup made(int day, BackupPhase phase) {
    var backup = backup(day, status -> status.phase(phase).resolved(null));
    backup.getMetadata().setUid("0a1b2c3d-%d".formatted(day));
    return backup;
  }

  @Test
  void readsAgainOnlyWhatHasChanged() {
    // Given
    var one = made(1, BackupPhase.COMPLETED);
    var two = made(2, BackupPhase.COMPLETED);
    var first = sight.of(schedule(), List.of(one, two), false);
    assertThat(first).containsExactly(Candidate.of(one, false), Candidate.of(two, false));

    // When
    var changed = made(2, BackupPhase.FAILED);
    var second = sight.of(schedule(), List.of(changed, one), false);

    // Then
    assertThat(second.getFirst()).isEqualTo(Candidate.of(changed, false));
    assertThat(second.getLast()).isSameAs(first.getFirst());
    assertThat(sight.of(schedule(), List.of(one), true).getFirst().isGood())
        .as("by another rule")
        .isFalse();
  }
}
