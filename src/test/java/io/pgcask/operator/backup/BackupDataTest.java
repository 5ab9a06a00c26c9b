package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Storage;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BackupDataTest {

  private static final Instant NOW = Instant.parse("2026-03-10T02:00:00Z");
  private static final Storage VOLUME =
      new Storage(null, new Storage.PersistentVolumeClaim("claim", null));

  /** It asks nobody: there is nobody to be asked here. */
  private final BackupData data = new BackupData(null, null, null);

  @Test
  void theDataOfTheOriginalIsNeitherDeletedNorSettledByACopy() {
    var copy = new Backup();
    copy.setMetadata(new ObjectMetaBuilder().withName("nightly").withUid("ffffffff-0000").build());
    copy.setSpec(BackupSpecBuilder.builder().connectionRef(new LocalObjectRef("shop")).build());
    copy.setStatus(
        BackupStatusBuilder.builder()
            .phase(BackupPhase.RUNNING)
            .resolved(
                new BackupStatus.Resolved(
                    null, null, VOLUME, null, "demo/shop/nightly-0a1b2c3d", null, null))
            .build());

    assertThat(data.settle(copy)).isInstanceOf(BackupData.Settled.LeftBehind.class);
    assertThat(data.delete(copy, NOW, NOW)).isInstanceOf(BackupData.Deletion.LeftBehind.class);
  }
}
