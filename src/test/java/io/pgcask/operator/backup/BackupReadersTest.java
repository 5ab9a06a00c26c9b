package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Location;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
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
    return new RestoreSpec.Source(new LocalObjectRef(backup), null);
  }

  @ParameterizedTest
  @EnumSource(RestorePhase.class)
  void aRestoreNeedsItsBackupUntilItEnds(RestorePhase phase) {
    var ended = Set.of(RestorePhase.COMPLETED, RestorePhase.FAILED).contains(phase);

    assertThat(BackupReaders.reads(restore(of("a"), phase), "a")).isEqualTo(!ended);
    assertThat(BackupReaders.reads(restore(of("b"), phase), "a")).isFalse();
  }

  @Test
  void oneThatNoOperatorHasSeenYetDoesToo() {
    var unseen = restore(of("a"), null);
    unseen.setStatus(null);

    assertThat(BackupReaders.reads(unseen, "a")).isTrue();
  }

  @Test
  void oneByLocationNeedsNoBackup() {
    var place =
        new Location(new Storage(null, new Storage.PersistentVolumeClaim("claim", null)), "a");

    assertThat(BackupReaders.reads(restore(new RestoreSpec.Source(null, place), null), "a"))
        .isFalse();
  }
}
