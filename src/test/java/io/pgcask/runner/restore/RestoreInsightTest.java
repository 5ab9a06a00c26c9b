package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.contract.Report;
import io.pgcask.runner.tool.Backend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RestoreInsightTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong clock = new AtomicLong();

  private static Report.Progressed read(long bytes) {
    return new Report.Progressed(bytes, 0, 0);
  }

  @Test
  void withoutEntriesBytesAreEverything() {
    var insight = new RestoreInsight(1000, Optional.empty(), clock::get);
    clock.set(2 * SECOND);

    var half = insight.complete(read(500));
    assertThat(half.percent()).isEqualTo(50);
    assertThat(half.bytesPerSecond()).isEqualTo(250);
    assertThat(half.entries()).isNull();
    assertThat(insight.complete(read(400)).percent()).as("it never falls").isEqualTo(50);
    assertThat(insight.complete(read(1000)).percent()).as("it has not ended").isEqualTo(99);
  }

  @Test
  void severalDatabasesAreOneWhole() {
    var second = new RestoreInsight(1000, Optional.empty(), clock::get);
    second.weigh(0.75, 0.25);

    assertThat(second.complete(read(0)).percent()).isEqualTo(75);
    assertThat(second.complete(read(600)).percent()).isEqualTo(90);
  }

  @Test
  void bytesAndEntriesCountAlike() {
    var entries = EntryProgress.of(List.of()).orElseThrow();
    var insight = new RestoreInsight(1000, Optional.of(entries), clock::get);

    var read = insight.complete(read(1000));

    assertThat(read.percent()).isEqualTo(50);
    assertThat(read.entries()).isZero();
    assertThat(read.currentObject()).isNull();
    entries.next("pg_restore: creating TABLE \"s.t\"");
    assertThat(insight.complete(read(1000)).currentObject()).isEqualTo("TABLE s.t");
  }

  @Test
  void saysWhatTheRestoreWaitsFor() {
    var worked = new AtomicReference<>(Duration.ZERO);
    var backend = new AtomicReference<>(Optional.<Backend>empty());
    var insight = new RestoreInsight(1000, Optional.empty(), clock::get);
    insight.observe();
    assertThat(insight.complete(read(1)).bottleneck()).as("no tool runs").isNull();
    insight.watch(new RestoreInsight.Observed(true, worked::get, backend::get));

    backend.set(doing(Backend.Doing.WORKS));
    assertThat(bottleneckAfter(insight, worked, 1)).isEqualTo(Bottleneck.DATABASE);
    backend.set(doing(Backend.Doing.IDLE));
    assertThat(bottleneckAfter(insight, worked, 1)).isEqualTo(Bottleneck.STORAGE);
    assertThat(bottleneckAfter(insight, worked, 4)).as("pg_restore itself").isNull();
    backend.set(Optional.empty());
    assertThat(bottleneckAfter(insight, worked, 1)).as("the server does not tell").isNull();

    backend.set(doing(Backend.Doing.WORKS));
    assertThat(bottleneckAfter(insight, worked, 1)).isEqualTo(Bottleneck.DATABASE);
    clock.addAndGet(20 * SECOND);
    assertThat(insight.complete(read(1)).bottleneck()).as("long ago").isNull();

    insight.watch(new RestoreInsight.Observed(false, worked::get, backend::get));
    worked.set(Duration.ZERO);
    backend.set(doing(Backend.Doing.IDLE));
    assertThat(bottleneckAfter(insight, worked, 1)).as("it reads a disk").isNull();
  }

  private static Optional<Backend> doing(Backend.Doing doing) {
    return Optional.of(new Backend(doing, Optional.empty()));
  }

  /** Five seconds later, of which the tools worked so many. */
  private Bottleneck bottleneckAfter(
      RestoreInsight insight, AtomicReference<Duration> worked, int seconds) {
    clock.addAndGet(5 * SECOND);
    worked.updateAndGet(before -> before.plusSeconds(seconds));
    insight.observe();
    return insight.complete(read(1)).bottleneck();
  }

  @Test
  void nothingIsKnownOfADumpWithoutSize() {
    assertThat(new RestoreInsight(0, Optional.empty(), clock::get).complete(read(5)).percent())
        .isZero();
  }
}
