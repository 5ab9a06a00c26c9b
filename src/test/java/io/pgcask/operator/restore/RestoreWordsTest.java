package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import org.junit.jupiter.api.Test;

class RestoreWordsTest {

  private static Restore restore(RestoreMode mode) {
    var restore = new Restore();
    restore.setMetadata(new ObjectMetaBuilder().withName("r").withUid("0123abcd-89ab").build());
    restore.setSpec(
        RestoreSpecBuilder.builder()
            .database("shop")
            .mode(mode)
            .connectionRef(new LocalObjectRef("server"))
            .build());
    return restore;
  }

  @Test
  void nobodyIsToldToDropADatabaseThatMayBeWhole() {
    assertThat(RestoreWords.unknown(restore(null))).contains("drop it before you try again");
    assertThat(RestoreWords.unknown(restore(RestoreMode.CLEAN)))
        .contains("as it was or wholly restored")
        .doesNotContain("drop");
    assertThat(RestoreWords.unknown(restore(RestoreMode.REPLACE)))
        .contains("as it was or wholly restored", "shop_before_0123abcd, that is the old one")
        .endsWith("a database shop_pgcask_0123abcd can be dropped");
    var dry = restore(RestoreMode.CREATE_NEW);
    dry.setSpec(RestoreSpecBuilder.builder(dry.getSpec()).dryRun(true).build());
    assertThat(RestoreWords.unknown(dry)).contains("nothing was written").doesNotContain("drop");
  }

  @Test
  void theOldDatabaseIsNamed() {
    assertThat(RestoreWords.completed(restore(RestoreMode.REPLACE), Reason.COMPLETED))
        .isEqualTo(
            "restored into database shop of connection server; what it replaced is kept as database"
                + " shop_before_0123abcd");
    assertThat(RestoreWords.completed(restore(RestoreMode.CLEAN), Reason.COMPLETED))
        .isEqualTo("restored into database shop of connection server");
  }

  @Test
  void aDryRunIsCalledOne() {
    for (var mode : RestoreMode.values()) {
      assertThat(RestoreWords.completed(restore(mode), Reason.DRY_RUN))
          .startsWith("dry run: ")
          .contains("nothing was written")
          .doesNotContain("restored");
    }
  }
}
