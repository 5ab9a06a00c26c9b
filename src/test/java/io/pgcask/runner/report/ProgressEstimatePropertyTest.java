package io.pgcask.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ProgressEstimatePropertyTest {
  /** Whatever the estimate and whatever is learnt on the way. */
  @Property(tries = 500)
  void neverFallsNeverReaches100AndNeverPromisesLessThanThereIs(
      @ForAll @LongRange(min = 1, max = 1L << 50) long base,
      @ForAll @DoubleRange(min = 0.01, max = 2) double ratio,
      @ForAll boolean learns,
      @ForAll @Size(min = 1, max = 60) List<@LongRange(max = 1L << 45) Long> dumped,
      @ForAll @Size(min = 1, max = 60) List<@LongRange(max = 1L << 45) Long> copied,
      @ForAll @IntRange(min = 1, max = 5) int tables) {
    var estimate = learns ? ProgressEstimate.ofTables(base, ratio) : ProgressEstimate.of(base);
    long read = 0;
    long sent = 0;
    int last = 0;
    for (int i = 0; i < dumped.size(); i++) {
      read += dumped.get(i);
      sent += copied.get(i % copied.size());
      estimate.learn(i % tables, sent, read);

      var now = estimate.at(read).orElseThrow();

      assertThat(now.percent()).isBetween(last, 99);
      assertThat(now.bytes()).isGreaterThanOrEqualTo(read);
      last = now.percent();
    }
  }

  @Property(tries = 300)
  void isTheShareWhileItIsBelowNineTenths(
      @ForAll @LongRange(min = 1000, max = 1L << 45) long base,
      @ForAll @DoubleRange(max = 0.89) double share) {
    long read = (long) (base * share);

    var now = ProgressEstimate.of(base).at(read).orElseThrow();

    assertThat(now.percent()).isBetween((int) (100 * share) - 1, (int) (100 * share) + 1);
    assertThat(now.bytes()).isEqualTo(base);
  }
}
