package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.contract.Report;
import io.pgcask.runner.backup.PumpTimes.Activity;
import io.pgcask.runner.report.ProgressEstimate;
import io.pgcask.runner.tool.Backend;
import io.pgcask.runner.tool.Backend.Copy;
import io.pgcask.runner.tool.Backend.Doing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DumpInsightTest {
  private static final Report.Progressed MOVED = new Report.Progressed(500, 400, 100);

  private final AtomicLong clock = new AtomicLong();
  private final PumpTimes times = new PumpTimes(clock::get);
  private Duration toolTime = Duration.ZERO;
  private Optional<Backend> backend = Optional.empty();

  private DumpInsight insight(ProgressEstimate estimate) {
    return new DumpInsight(estimate, times, () -> 500, () -> toolTime, () -> backend);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void saysBytesAloneWhenNothingElseIsKnown() {
    var insight = insight(ProgressEstimate.of(0));
    insight.observe();

    assertThat(insight.complete(MOVED)).isEqualTo(MOVED);
  }

  @Test
  void saysHowMuchIsDoneWhatIsDumpedAndWhatItWaitsFor() {
    // Given a pg_dump that compresses while server and storage wait
    var insight = insight(ProgressEstimate.of(1000));
    times.enter(Activity.WAITS_FOR_TOOL);
    pass(Duration.ofSeconds(5));
    toolTime = Duration.ofMillis(4800);
    backend =
        Optional.of(new Backend(Doing.WAITS_FOR_TOOL, Optional.of(new Copy(1, "public.t", 7000))));

    // When
    insight.observe();

    // Then
    assertThat(insight.complete(MOVED))
        .isEqualTo(
            new Report.Progressed(
                500, 400, 1000L, 50, 100, "public.t", Bottleneck.COMPRESSION, null, null));
  }

  @Test
  void looksAtTheTimeSinceTheLastLookOnly() {
    var insight = insight(ProgressEstimate.of(0));
    times.enter(Activity.WAITS_FOR_TOOL);
    pass(Duration.ofSeconds(60));
    insight.observe();

    times.enter(Activity.WAITS_FOR_STORAGE);
    pass(Duration.ofSeconds(5));
    insight.observe();

    assertThat(insight.complete(MOVED).bottleneck()).isEqualTo(Bottleneck.STORAGE);
  }

  @Test
  void saysNothingThatWasSeenTooLongAgo() {
    var insight = insight(ProgressEstimate.of(1000));
    times.enter(Activity.WAITS_FOR_STORAGE);
    pass(Duration.ofSeconds(5));
    backend = Optional.of(new Backend(Doing.WORKS, Optional.of(new Copy(1, "public.t", 1))));
    insight.observe();

    pass(Duration.ofSeconds(14));
    assertThat(insight.complete(MOVED).currentObject()).isEqualTo("public.t");
    pass(Duration.ofSeconds(2));

    assertThat(insight.complete(MOVED))
        .isEqualTo(new Report.Progressed(500, 400, 1000L, 50, 100, null, null, null, null));
  }
}
