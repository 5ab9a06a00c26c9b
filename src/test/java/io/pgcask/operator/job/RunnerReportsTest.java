package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.Progress;
import io.pgcask.contract.Report;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunnerReportsTest {

  @Test
  void theNewestProgressCounts() {
    var summary =
        RunnerReports.summarise(
            List.of(
                new Report.Progressed(1, 1, 1),
                new Report.Progressed(9, 8, 20L, 45, 7, "public.t", Bottleneck.STORAGE, 3, 4)));
    assertThat(summary.progress())
        .contains(new Progress(9L, 8L, 20L, 45, 7L, "public.t", Bottleneck.STORAGE, 3, 4));
  }

  @Test
  void everythingIsBounded() {
    // Given more of everything than a status takes
    var reports =
        IntStream.range(0, 500)
            .boxed()
            .<Report>flatMap(
                i ->
                    Stream.of(
                        new Report.Warned("w" + i),
                        new Report.Erred("e" + i),
                        new Report.Planned(new PlanRow("c" + i, PlanRow.Result.PASSED, "m")),
                        new Report.Logged("line %d of the log".formatted(i))))
            .toList();

    // When
    var summary = RunnerReports.summarise(reports);

    // Then the first samples and the last whole lines are kept
    assertThat(summary.warnings()).hasSize(20).startsWith("w0");
    assertThat(summary.errors()).hasSize(20).startsWith("e0");
    assertThat(summary.plan()).hasSize(64);
    assertThat(summary.logTail())
        .hasSizeLessThanOrEqualTo(4096)
        .startsWith("line ")
        .endsWith("line 499 of the log\n");
  }

  @Test
  void nothingReportedIsNothingKnown() {
    var summary = RunnerReports.summarise(List.of());
    assertThat(summary.progress()).isEmpty();
    assertThat(summary.logTail()).isEmpty();
  }
}
