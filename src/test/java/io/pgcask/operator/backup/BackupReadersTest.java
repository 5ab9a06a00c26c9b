package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreLocation;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.api.v1alpha1.Storage;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackupReadersTest {

  private static Restore restore(RestoreSpec.Source source, RestorePhase phase) {
    var restore = new Restore();
    restore.setSpec(RestoreSpecBuilder.builder().source(source).build());
    restore.setStatus(RestoreStatusBuilder.builder().phase(phase).build());
    return restore;
  }

  private static RestoreSpec.Source of(String backup) {
    return new RestoreSpec.Source(new LocalObjectRef(backup), null, null);
  }

  @ParameterizedTest
  @EnumSource(RestorePhase.class)
  void aRestoreNeedsItsBackupUntilItEnds(RestorePhase phase) {
    var ended =
        Set.of(RestorePhase.COMPLETED, RestorePhase.COMPLETED_WITH_WARNINGS, RestorePhase.FAILED)
            .contains(phase);

    assertThat(BackupReaders.read(restore(of("a"), phase)))
        .isEqualTo(ended ? Set.of() : Set.of("a"));
  }

  @Test
  void oneThatNoOperatorHasSeenYetDoesToo() {
    var unseen = restore(of("a"), null);
    unseen.setStatus(null);

    assertThat(BackupReaders.read(unseen)).containsExactly("a");
  }

  @Test
  void oneByLocationNeedsNoBackup() {
    var place =
        new RestoreLocation(
            new Storage(null, new Storage.PersistentVolumeClaim("claim", null)), "a", null);

    assertThat(BackupReaders.read(restore(new RestoreSpec.Source(null, place, null), null)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(RestorePhase.class)
  void oneByScheduleNeedsTheBackupThatWasChosen(RestorePhase phase) {
    var ended =
        Set.of(RestorePhase.COMPLETED, RestorePhase.COMPLETED_WITH_WARNINGS, RestorePhase.FAILED)
            .contains(phase);
    var restore =
        restore(
            new RestoreSpec.Source(null, null, new RestoreSpec.Scheduled("nightly", true, null)),
            phase);
    assertThat(BackupReaders.read(restore)).as("nothing is chosen yet").isEmpty();

    restore.setStatus(
        RestoreStatusBuilder.builder(restore.getStatus())
            .resolved(new RestoreStatus.Resolved(null, null, null, "a", null, null, null))
            .build());

    assertThat(BackupReaders.read(restore)).isEqualTo(ended ? Set.of() : Set.of("a"));
  }
}
