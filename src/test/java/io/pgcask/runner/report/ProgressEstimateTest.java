package io.pgcask.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressEstimateTest {
  private static final long MIB = 1 << 20;

  private static int percent(ProgressEstimate estimate, long bytes) {
    return estimate.at(bytes).orElseThrow().percent();
  }

  private static long bytes(ProgressEstimate estimate, long bytes) {
    return estimate.at(bytes).orElseThrow().bytes();
  }

  @Test
  void saysNothingWithoutAnEstimate() {
    assertThat(ProgressEstimate.of(0).at(100)).isEmpty();
    assertThat(ProgressEstimate.ofTables(0, 0.3).at(100)).isEmpty();
  }

  @Test
  void isTheShareOfTheEstimateAlmostToItsEnd() {
    var estimate = ProgressEstimate.of(1000);

    assertThat(percent(estimate, 0)).isZero();
    assertThat(percent(estimate, 9)).isZero();
    assertThat(percent(estimate, 10)).isEqualTo(1);
    assertThat(percent(estimate, 505)).isEqualTo(50);
    assertThat(percent(estimate, 890)).isEqualTo(89);
    assertThat(percent(estimate, 1000)).isBetween(95, 97);
    assertThat(bytes(estimate, 1000)).isEqualTo(1000);
  }

  @Test
  void comesCloserTo99WhenTheEstimateWasTooLow() {
    var estimate = ProgressEstimate.of(1000);

    assertThat(percent(estimate, 1050)).isBetween(96, 98);
    assertThat(percent(estimate, 5000)).isBetween(98, 99);
    assertThat(percent(estimate, Long.MAX_VALUE)).isBetween(98, 99);
    assertThat(bytes(estimate, 5000)).isEqualTo(5000);
  }

  @Test
  void learnsFromWhatBecomesOfATable() {
    // Given tables of 1000 MiB that are thought to become a half
    var estimate = ProgressEstimate.ofTables(1000 * MIB, 0.5);
    assertThat(bytes(estimate, 0)).isEqualTo(500 * MIB);

    // When one of them becomes a fifth, after something else that cannot be compared
    estimate.learn(1, 10 * MIB, 50 * MIB);
    estimate.learn(1, 110 * MIB, 70 * MIB);

    // Then so do the others
    assertThat(bytes(estimate, 70 * MIB)).isEqualTo(200 * MIB);
    assertThat(percent(estimate, 70 * MIB)).isEqualTo(35);
  }

  @Test
  void learnsNothingFromTheFirstMegabytesNorBetweenTwoTables() {
    var estimate = ProgressEstimate.ofTables(1000 * MIB, 0.5);

    estimate.learn(1, MIB, MIB);
    estimate.learn(1, 10 * MIB, 2 * MIB);
    estimate.learn(2, 900 * MIB, 3 * MIB);
    estimate.learn(2, 10 * MIB, 4 * MIB); // copied anew

    assertThat(bytes(estimate, 0)).isEqualTo(500 * MIB);
  }

  @Test
  void trustsAnEarlierBackupMore() {
    var estimate = ProgressEstimate.of(500 * MIB);

    estimate.learn(1, 0, 0);
    estimate.learn(1, 100 * MIB, 5 * MIB);

    assertThat(bytes(estimate, 0)).isEqualTo(500 * MIB);
  }

  @Test
  void doesNotFallWhenWhatIsLearntIsBad() {
    var estimate = ProgressEstimate.ofTables(1000 * MIB, 0.1);
    assertThat(percent(estimate, 50 * MIB)).isEqualTo(50);

    estimate.learn(1, 0, 0);
    estimate.learn(1, 50 * MIB, 50 * MIB);

    assertThat(bytes(estimate, 50 * MIB)).isEqualTo(1000 * MIB);
    assertThat(percent(estimate, 60 * MIB)).isEqualTo(50);
  }
}
