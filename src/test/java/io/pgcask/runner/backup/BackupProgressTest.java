package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Report;
import io.pgcask.runner.tool.Insight;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackupProgressTest {

  private static Preflight database(String name, long tableBytes) {
    return new Preflight(
        null,
        new DumpPlan(null, new Compression(Compression.Method.NONE, null)),
        BackupSpecBuilder.builder().build(),
        new Manifest.Database(
            name, "o", "UTF8", "libc", null, null, "C", "C", -1, null, null, null, null),
        1,
        1,
        1,
        List.of(),
        List.of(),
        0,
        tableBytes);
  }

  private static Insight saying(Integer percent, Long estimate) {
    return new Insight() {
      @Override
      public void observe() {}

      @Override
      public Report.Progressed complete(Report.Progressed moved) {
        return new Report.Progressed(
            moved.bytesRead(),
            moved.bytesStored(),
            estimate,
            percent,
            5,
            "public.t",
            null,
            null,
            null);
      }
    };
  }

  @Test
  void ofOneIsThatOfItsDump() {
    var insight = saying(50, 100L);

    assertThat(BackupProgress.ofOne().around(database("a", 10), insight)).isSameAs(insight);
  }

  @Test
  void countsEachDatabaseAsMuchAsItsTablesTake() {
    // Given
    var first = database("first", 100);
    var second = database("second", 300);
    var progress = BackupProgress.ofAll(List.of(first, second));

    // When
    var early = progress.around(first, saying(50, 90L)).complete(new Report.Progressed(40, 30, 1));
    progress.done(first, 80, 80);
    var late =
        progress.around(second, saying(50, 200L)).complete(new Report.Progressed(100, 90, 1));
    var end = progress.around(second, saying(99, 200L)).complete(new Report.Progressed(199, 9, 1));

    // Then
    assertThat(early)
        .isEqualTo(new Report.Progressed(40, 30, 390L, 12, 5, "first: public.t", null, null, null));
    assertThat(late)
        .isEqualTo(
            new Report.Progressed(180, 170, 280L, 62, 5, "second: public.t", null, null, null));
    assertThat(end.percent()).isEqualTo(99);
  }

  @Test
  void saysNoPercentageOfNothing() {
    var empty = database("empty", 0);
    var progress = BackupProgress.ofAll(List.of(empty, empty));

    var said = progress.around(empty, saying(null, null)).complete(new Report.Progressed(1, 1, 1));

    assertThat(said.percent()).isNull();
    assertThat(said.estimatedBytes()).isNull();
  }
}
