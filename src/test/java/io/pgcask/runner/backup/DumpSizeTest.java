package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskBackupBuilder;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.runner.report.ProgressEstimate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpSizeTest {
  private static final long DATABASE = 4000;
  private static final long TABLES = 1000;

  private static Preflight preflight(BackupSpec spec, Method method) {
    return new Preflight(
        new ServerFacts("17.1", 170001, false, true, false),
        new DumpPlan(null, new Compression(method, null)),
        spec,
        null,
        DATABASE,
        1,
        1,
        List.of(),
        List.of(),
        0,
        TABLES);
  }

  private static ProgressEstimate estimate(Task.Previous previous, BackupSpec spec, Method method) {
    var task = TaskBackupBuilder.builder().spec(spec).previous(previous).build();
    return DumpSize.estimate(task, preflight(spec, method));
  }

  private static long bytes(ProgressEstimate estimate) {
    return estimate.at(0).orElseThrow().bytes();
  }

  private static BackupSpec as(DumpFormat format) {
    return BackupSpecBuilder.builder().format(format).build();
  }

  @Test
  void isThatOfThePreviousBackupGrownAsTheDatabaseHas() {
    var previous = new Task.Previous(600, 3000);

    assertThat(bytes(estimate(previous, as(DumpFormat.CUSTOM), Method.ZSTD))).isEqualTo(800);
  }

  @Test
  void growsWithoutOverflow() {
    long tib = 1L << 40;

    assertThat(DumpSize.grown(new Task.Previous(30 * tib, 60 * tib), 90 * tib)).isEqualTo(45 * tib);
  }

  @ParameterizedTest
  @CsvSource({"ZSTD, 280", "GZIP, 360", "LZ4, 450", "NONE, 1000"})
  void isWithoutOneAShareOfTheTables(Method method, long expected) {
    assertThat(bytes(estimate(null, as(DumpFormat.CUSTOM), method))).isEqualTo(expected);
    assertThat(bytes(estimate(null, as(DumpFormat.DIRECTORY), method))).isEqualTo(expected);
    // nothing can be said of a backup without bytes
    assertThat(bytes(estimate(new Task.Previous(0, 0), as(DumpFormat.CUSTOM), method)))
        .isEqualTo(expected);
  }

  @Test
  void isMoreForInserts() {
    var inserts =
        BackupSpecBuilder.builder()
            .options(DumpOptionsBuilder.builder().columnInserts(true).build())
            .build();

    assertThat(bytes(estimate(null, inserts, Method.NONE))).isEqualTo(1500);
  }

  @Test
  void isCorrectedOnTheWayUnlessFilesWaitInScratchSpace() {
    long much = 100 << 20;
    for (var format : DumpFormat.values()) {
      var estimate = estimate(null, as(format), Method.NONE);
      estimate.learn(1, 0, 0);
      estimate.learn(1, much, much / 4);

      assertThat(bytes(estimate)).isEqualTo(format == DumpFormat.DIRECTORY ? 1000 : 250);
    }
  }
}
