package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ChildUpdatesTest {

  private static boolean accepts(Consumer<Backup> change) {
    var now = backup(1);
    change.accept(now);
    return new ChildUpdates().accept(now, backup(1));
  }

  @Test
  void onlyFinalizersMeanNothing() {
    assertThat(accepts(same -> same.getMetadata().setResourceVersion("2"))).isFalse();
    assertThat(accepts(freed -> freed.getMetadata().setFinalizers(List.of("f")))).isFalse();
    assertThat(
            accepts(
                ended -> ended.setStatus(backup(1, s -> s.phase(BackupPhase.FAILED)).getStatus())))
        .isTrue();
    assertThat(accepts(edited -> edited.getMetadata().setGeneration(77L))).isTrue();
    assertThat(accepts(held -> held.getMetadata().setLabels(Map.of("a", "b")))).isTrue();
    assertThat(accepts(asked -> asked.getMetadata().setAnnotations(Map.of("a", "b")))).isTrue();
    assertThat(accepts(going -> going.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z")))
        .isTrue();
  }
}
