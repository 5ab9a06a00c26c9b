package io.pgcask.runner.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.contract.Report;
import io.pgcask.runner.report.Json;
import io.pgcask.runner.report.Redactor;
import io.pgcask.runner.report.Reporter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final AtomicLong read = new AtomicLong();
  private final AtomicLong stored = new AtomicLong();
  private final AtomicBoolean serverWorks = new AtomicBoolean();
  private final AtomicInteger stalls = new AtomicInteger();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Watch watch() {
    return watch(Insight.NONE);
  }

  private Watch watch(Insight insight) {
    var traffic =
        new Traffic() {
          @Override
          public long bytesRead() {
            return read.get();
          }

          @Override
          public long bytesStored() {
            return stored.get();
          }
        };
    var reporter = new Reporter(new PrintStream(out), new Redactor(List.of()), new Json());
    return new Watch(
        traffic, TIMEOUT, serverWorks::get, stalls::incrementAndGet, reporter, insight);
  }

  @Test
  void givesUpOnceNothingMovesAndNobodyWorks() {
    try (var watch = watch()) {
      await().atMost(Duration.ofSeconds(8)).until(watch::stalled);
      assertThat(stalls).hasValue(1);
    }
  }

  @Test
  void waitsWhileTheServerWorks() throws Exception {
    serverWorks.set(true);
    try (var watch = watch()) {
      Thread.sleep(5000);
      assertThat(watch.stalled()).isFalse();
      serverWorks.set(false);
      await().atMost(Duration.ofSeconds(8)).until(watch::stalled);
    }
  }

  @Test
  void waitsWhileStorageTakesBytes() throws Exception {
    try (var watch = watch()) {
      for (int i = 0; i < 10; i++) {
        stored.incrementAndGet();
        Thread.sleep(500);
      }
      assertThat(watch.stalled()).isFalse();
    }
  }

  @Test
  void saysWhatIsKnownBeyondTheBytesAndNotInTheEndWhatWentOn() {
    var looks = new AtomicInteger();
    var insight =
        new Insight() {
          @Override
          public void observe() {
            looks.incrementAndGet();
          }

          @Override
          public Report.Progressed complete(Report.Progressed moved) {
            return new Report.Progressed(
                moved.bytesRead(),
                moved.bytesStored(),
                2000L,
                50,
                0,
                "s.t",
                Bottleneck.DATABASE,
                null,
                null);
          }
        };
    try (var watch = watch(insight)) {
      await()
          .atMost(Duration.ofSeconds(8))
          .until(() -> out.toString(StandardCharsets.UTF_8).contains("\"currentObject\":\"s.t\""));
      // Then it has not looked yet: a short run costs the server no further session
      assertThat(looks).hasValue(0);
      stored.set(1);
    }
    var last = out.toString(StandardCharsets.UTF_8).lines().toList().getLast();
    assertThat(last)
        .contains("\"estimatedBytes\":2000", "\"percent\":50")
        .doesNotContain("currentObject", "bottleneck");
  }

  @Test
  void saysHowFarItIsInTheEnd() {
    try (var watch = watch()) {
      read.set(1000);
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"report\":\"progress\",\"bytesRead\":1000");
  }
}
