package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartPlanTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final int ALL = 10_000;

  private static PartPlan chosen(long estimate, long heap, int maxParts) throws StorageException {
    return PartPlan.of(estimate, heap, maxParts, OptionalInt.empty());
  }

  @Test
  void keepsTwoPartsOnTheirWayInAHeapOf112MiB() throws Exception {
    assertThat(chosen(0, 112 * MIB, ALL)).isEqualTo(new PartPlan(8 << 20, 3, ALL));
    assertThat(chosen(90 * GIB, 112 * MIB, ALL)).isEqualTo(new PartPlan(16 << 20, 3, ALL));
  }

  @Test
  void growsPartsWithTheEstimateSoThatTenThousandAreEnough() throws Exception {
    var plan = chosen(1024 * GIB, 4 * GIB, ALL);

    assertThat(plan.partBytes()).isEqualTo(175 << 20);
    assertThat(plan.maxObjectBytes()).isGreaterThan(1024 * GIB * 3 / 2);
  }

  @ParameterizedTest
  @CsvSource({"1000, 10, 18", "1000, 100, 171", "1000, 1000, 512", "10000, 10, 8", "1, 1, 512"})
  void growsPartsWhereFewerAreTaken(int maxParts, int estimateGib, int mib) throws Exception {
    assertThat(chosen(estimateGib * GIB, 16 * GIB, maxParts).partBytes()).isEqualTo(mib << 20);
  }

  @Test
  void neverTakesMoreThanSixtyPercentOfTheHeap() throws Exception {
    for (long heap = 32; heap <= 4096; heap *= 2) {
      for (long estimate = 1; estimate < 100_000; estimate *= 10) {
        for (int maxParts = 1; maxParts <= ALL; maxParts *= 10) {
          var plan = chosen(estimate * GIB, heap * MIB, maxParts);
          assertThat((long) plan.partBytes() * plan.buffers())
              .isLessThanOrEqualTo(heap * MIB * 6 / 10);
          assertThat(plan.partBytes()).isBetween(5 << 20, 512 << 20);
          assertThat(plan.buffers()).isBetween(2, 3);
        }
      }
    }
  }

  @Test
  void takesTheSizeThatWasAskedForWhateverTheEstimate() throws Exception {
    assertThat(PartPlan.of(1024 * GIB, 112 * MIB, 7, OptionalInt.of(5)))
        .isEqualTo(new PartPlan(5 << 20, 3, 7));
    assertThat(PartPlan.of(0, 112 * MIB, ALL, OptionalInt.of(32)).buffers()).isEqualTo(2);
  }

  @Test
  void refusesASizeOfWhichTwoDoNotFit() {
    assertThatThrownBy(() -> PartPlan.of(0, 112 * MIB, ALL, OptionalInt.of(64)))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_OPTIONS))
        .hasMessageContaining("s3.partSizeMiB 64")
        .hasMessageContaining("67 MiB");
  }
}
