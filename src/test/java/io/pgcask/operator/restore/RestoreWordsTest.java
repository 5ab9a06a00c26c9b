package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus;
import java.util.List;
import java.util.Optional;
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
        .endsWith("a database shop_pgcask_0123abcd is unfinished, and pgcask drops it");
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
    var forADay = restore(RestoreMode.REPLACE);
    forADay.setSpec(RestoreSpecBuilder.builder(forADay.getSpec()).keepOld("24h").build());
    assertThat(RestoreWords.completed(forADay, Reason.COMPLETED))
        .endsWith("shop_before_0123abcd and dropped after 24h");
    assertThat(RestoreWords.completed(restore(RestoreMode.CLEAN), Reason.COMPLETED))
        .isEqualTo("restored into database shop of connection server");
  }

  @Test
  void acceptedErrorsAreNotHidden() {
    assertThat(
            RestoreWords.completed(restore(RestoreMode.CREATE_NEW), Reason.COMPLETED_WITH_WARNINGS))
        .isEqualTo(
            "restored into database shop of connection server but for errors, which were accepted:"
                + " see status.errors");
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

  @Test
  void severalDatabasesAreNamed() {
    var restore = restore(RestoreMode.CREATE_NEW);
    restore.setSpec(
        RestoreSpecBuilder.builder(restore.getSpec())
            .database(null)
            .databases(
                List.of(
                    new RestoreSpec.Target("shop", "shop_copy"),
                    new RestoreSpec.Target(null, "stock")))
            .build());

    assertThat(RestoreWords.target(restore)).isEqualTo("shop_copy, stock");
    assertThat(RestoreWords.completed(restore, Reason.COMPLETED))
        .isEqualTo("restored into databases shop_copy, stock of connection server");
    assertThat(RestoreWords.unknown(restore))
        .startsWith("databases shop_copy, stock may be restored in part");
  }

  @Test
  void aScheduleIsNamedAndWhatWasChosenOfIt() {
    var restore = restore(null);
    restore.setSpec(
        RestoreSpecBuilder.builder(restore.getSpec())
            .source(
                new RestoreSpec.Source(
                    null, null, new RestoreSpec.Scheduled("nightly", true, null)))
            .build());
    var resolved = new RestoreStatus.Resolved(null, null, null, "nightly-1", null, null, null);

    assertThat(RestoreWords.source(restore, Optional.empty()))
        .isEqualTo("latest of schedule nightly");
    assertThat(RestoreWords.source(restore, Optional.of(resolved)))
        .isEqualTo("nightly-1 (latest of schedule nightly)");
  }
}
