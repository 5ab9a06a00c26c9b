package io.pgcask.operator.schedule.health;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.Reason;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SizeCheckTest {

  private static final long MIB = 1 << 20;

  /** Of these sizes, the newest last. */
  private static List<Backup> sizes(long... sizes) {
    var backups = new ArrayList<Backup>();
    for (int i = 0; i < sizes.length; i++) {
      var size = sizes[i];
      backups.add(backup(i + 1, status -> status.sizeBytes(size)));
    }
    return GoodBackups.newestFirst(backups, slot(31));
  }

  private static List<Backup> rows(long... rows) {
    var backups = new ArrayList<Backup>();
    for (int i = 0; i < rows.length; i++) {
      var number = rows[i];
      backups.add(backup(i + 1, status -> status.estimatedRows(number)));
    }
    return GoodBackups.newestFirst(backups, slot(31));
  }

  private static Reason of(List<Backup> good) {
    var verdict = SizeCheck.of(good);
    assertThat(verdict.status())
        .isEqualTo(
            switch (verdict.reason()) {
              case SIZE_DROPPED -> "True";
              case SIZE_AS_USUAL -> "False";
              default -> "Unknown";
            });
    return verdict.reason();
  }

  @Test
  void lessThanHalfOfTheMedianIsAnAnomaly() {
    assertThat(of(sizes(10 * MIB, 12 * MIB, 90 * MIB, 5 * MIB))).isEqualTo(Reason.SIZE_DROPPED);
    assertThat(of(sizes(10 * MIB, 12 * MIB, 90 * MIB, 6 * MIB))).isEqualTo(Reason.SIZE_AS_USUAL);
    assertThat(of(rows(40_000, 30_000, 20_000, 14_999))).isEqualTo(Reason.SIZE_DROPPED);
    assertThat(of(rows(40_000, 30_000, 20_000, 15_000))).isEqualTo(Reason.SIZE_AS_USUAL);
    assertThat(SizeCheck.of(sizes(10 * MIB, 10 * MIB, 10 * MIB, MIB)).message())
        .contains("nightly-04", "1.0 MiB", "10.0 MiB", "hold");
  }

  @Test
  void whatHasGrownIsNone() {
    assertThat(of(sizes(10 * MIB, 10 * MIB, 10 * MIB, 900 * MIB))).isEqualTo(Reason.SIZE_AS_USUAL);
  }

  @Test
  void smallNumbersSayNothing() {
    assertThat(of(sizes(MIB - 1, MIB - 1, MIB - 1, 1))).isEqualTo(Reason.SIZE_AS_USUAL);
    assertThat(of(rows(9_999, 9_999, 9_999, 0))).isEqualTo(Reason.SIZE_AS_USUAL);
  }

  @Test
  void atLeastThreeBeforeItAreNeededAndTenAreEnough() {
    assertThat(of(List.of())).isEqualTo(Reason.TOO_FEW_BACKUPS);
    assertThat(of(sizes(10 * MIB, 10 * MIB, MIB))).isEqualTo(Reason.TOO_FEW_BACKUPS);
    var longAgo = new long[25];
    java.util.Arrays.fill(longAgo, 0, 14, 900 * MIB);
    java.util.Arrays.fill(longAgo, 14, 25, 10 * MIB);
    assertThat(of(sizes(longAgo))).isEqualTo(Reason.SIZE_AS_USUAL);
  }

  @Test
  void onlyTheSameKindOfDumpIsCompared() {
    // Given
    var backups = new ArrayList<>(sizes(10 * MIB, 10 * MIB, 10 * MIB, MIB));
    var newest = backups.getFirst();
    newest.setSpec(
        BackupSpecBuilder.builder(newest.getSpec()).content(DumpContent.SCHEMA_ONLY).build());

    // When, Then
    assertThat(of(backups)).isEqualTo(Reason.TOO_FEW_BACKUPS);
  }

  @Test
  void whatIsNotKnownIsNotCompared() {
    var backups =
        List.of(
            backup(4, status -> status.estimatedRows(1L)),
            backup(3, status -> status.estimatedRows(null)),
            backup(2),
            backup(1));

    assertThat(of(backups)).isEqualTo(Reason.SIZE_AS_USUAL);
  }

  /** Whatever the history: only what is below every one of them can be an anomaly. */
  @Property(tries = 300)
  void neverAlarmsAtHalfOfTheLargestOrMore(
      @ForAll @Size(min = 3, max = 20) List<@LongRange(min = 0, max = 1L << 45) Long> before,
      @ForAll @LongRange(min = 0, max = 1L << 45) long now) {
    var all = before.stream().mapToLong(Long::longValue).toArray();
    var sizes = java.util.Arrays.copyOf(all, all.length + 1);
    sizes[all.length] = now;

    var verdict = SizeCheck.of(sizes(sizes));

    var largest = before.stream().mapToLong(Long::longValue).max().orElseThrow();
    if (now >= largest / 2) {
      assertThat(verdict.status()).isEqualTo("False");
    }
  }
}
