package io.pgcask.operator.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Location;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpecBuilder;
import io.pgcask.api.v1alpha1.Storage;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepPlanTest {

  private static Storage volume(String claim) {
    return new Storage(null, new Storage.PersistentVolumeClaim(claim, null));
  }

  private static PostgresConnection connection(Storage storage) {
    var connection = new PostgresConnection();
    connection.setMetadata(new ObjectMetaBuilder().withName("shop").withNamespace("demo").build());
    connection.setSpec(PostgresConnectionSpecBuilder.builder().defaultStorage(storage).build());
    return connection;
  }

  private static Backup backup(
      String connection, BackupPhase phase, String path, Storage storage, Storage... copies) {
    var backup = new Backup();
    backup.setSpec(
        BackupSpecBuilder.builder().connectionRef(new LocalObjectRef(connection)).build());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(phase)
            .resolved(
                new BackupStatus.Resolved(
                    null, null, storage, List.of(copies), path, "image", null))
            .build());
    return backup;
  }

  private static Backup imported(String path) {
    var backup = new Backup();
    backup.setSpec(
        BackupSpecBuilder.builder()
            .connectionRef(new LocalObjectRef("other"))
            .imported(new Location(volume("elsewhere"), path))
            .build());
    return backup;
  }

  @Test
  void looksWhereTheConnectionAndItsBackupsWrite() {
    // When
    var plan =
        SweepPlan.of(
            connection(volume("default")),
            List.of(
                backup("shop", BackupPhase.COMPLETED, "p", volume("a"), volume("b")),
                backup("shop", BackupPhase.EXPIRED, "p", volume("a")),
                backup("shop", BackupPhase.COMPLETED, "p", volume("default")),
                backup("shop", BackupPhase.FAILED, "p", volume("mistyped")),
                backup("shop", BackupPhase.RUNNING, "p", volume("not-yet")),
                backup("other", BackupPhase.COMPLETED, "p", volume("of-another"))));

    // Then
    assertThat(plan.directory()).isEqualTo("demo/shop");
    assertThat(plan.storages()).containsExactly(volume("default"), volume("a"), volume("b"));
    assertThat(SweepPlan.of(connection(null), List.of()).storages()).isEmpty();
  }

  @Test
  void claimsWhatAnyBackupOfTheNamespaceRecordsHoweverItStands() {
    // When
    var plan =
        SweepPlan.of(
            connection(null),
            List.of(
                backup("shop", BackupPhase.RUNNING, "demo/shop/running-1", volume("a")),
                backup("shop", BackupPhase.FAILED, "demo/shop/failed-2", volume("a")),
                backup("other", BackupPhase.COMPLETED, "demo/shop/renamed-3", volume("a")),
                imported("demo/shop/imported-4"),
                imported("demo/shop/imported-5/deeper"),
                imported("demo/shop-2/other-6"),
                imported("demo")));

    // Then
    assertThat(List.of("running-1", "failed-2", "renamed-3", "imported-4", "imported-5", "other-6"))
        .filteredOn(plan.claimed()::contains)
        .containsExactly("running-1", "failed-2", "renamed-3", "imported-4", "imported-5");
    assertThat(plan.claimed().size()).isEqualTo(5);
  }
}
