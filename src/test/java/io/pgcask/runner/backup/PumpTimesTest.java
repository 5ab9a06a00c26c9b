package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.runner.backup.PumpTimes.Activity;
import io.pgcask.runner.backup.PumpTimes.Sums;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PumpTimesTest {
  private final AtomicLong clock = new AtomicLong(1000);
  private final PumpTimes times = new PumpTimes(clock::get);

  @Test
  void addsUpWhatEachActivityTook() {
    clock.addAndGet(1);
    times.enter(Activity.WAITS_FOR_TOOL);
    clock.addAndGet(10);
    times.enter(Activity.WORKS);
    clock.addAndGet(100);
    times.enter(Activity.WAITS_FOR_STORAGE);
    clock.addAndGet(1000);
    times.enter(Activity.WAITS_FOR_TOOL);
    clock.addAndGet(10_000);
    times.enter(Activity.WORKS);

    assertThat(times.sums()).isEqualTo(new Sums(12_111, 10_010, 1000));
  }

  @Test
  void countsAWaitThatHasNotEnded() {
    times.enter(Activity.WAITS_FOR_STORAGE);
    clock.addAndGet(5000);
    assertThat(times.sums()).isEqualTo(new Sums(6000, 0, 5000));

    clock.addAndGet(5000);
    times.enter(Activity.WORKS);
    assertThat(times.sums()).isEqualTo(new Sums(11_000, 0, 10_000));
  }
}
