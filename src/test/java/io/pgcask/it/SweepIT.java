package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.UnclaimedData;
import io.pgcask.operator.Labels;
import java.util.Optional;

/** Data that no Backup records is told of, and left where it is. */
@OnCluster
class SweepIT {

  @ConcurrentTest
  void whatADeletedBackupLeftInABucketIsFoundUntilItIsImported(
      Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "found", "found", "secret");
    workspace.connection("shop", shop, "defaultStorage: " + workspace.s3());
    workspace.backup("nightly", "shop", workspace.s3(), "");
    workspace.backup("kept", "shop", workspace.s3(), "");
    var path = workspace.completedBackup("nightly").getStatus().resolved().path();
    workspace.completedBackup("kept");
    workspace.delete(Backup.class, "nightly");
    workspace.awaitGone(Backup.class, "nightly");
    var objects = cluster.s3().keys(path);

    // When
    var found = sweep(workspace, "1");

    // Then
    assertThat(found.backups()).isEqualTo(1);
    assertThat(found.leftovers()).isZero();
    assertThat(found.found())
        .extracting(
            UnclaimedData.Found::storage, UnclaimedData.Found::path, UnclaimedData.Found::complete)
        .containsExactly(tuple("s3://" + S3Server.BUCKET, path, true));
    assertThat(Workspace.isReady(workspace.get(PostgresConnection.class, "shop"))).isTrue();
    workspace.awaitEvents("shop", "UnclaimedData");
    assertThat(cluster.s3().keys(path)).isEqualTo(objects);

    // When it has a record again
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata: {name: again}
        spec:
          connectionRef: {name: shop}
          imported: {path: "%s", storage: %s}
        """
            .formatted(path, workspace.s3()));
    workspace.completedBackup("again");

    // Then
    assertThat(sweep(workspace, "2").backups()).isZero();
  }

  @ConcurrentTest
  void whatIsOnAVolumeIsFoundByAJob(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "disk", "disk", "secret");
    workspace.connection("shop", shop, "defaultStorage: " + workspace.volume("volume"));
    workspace.backup("nightly", "shop", "{persistentVolumeClaim: {claimName: volume}}", "");
    var path = workspace.completedBackup("nightly").getStatus().resolved().path();
    workspace.delete(Backup.class, "nightly");
    workspace.awaitGone(Backup.class, "nightly");
    var files = workspace.filesOn("volume");

    // When
    var found = sweep(workspace, "1");

    // Then
    assertThat(found.found())
        .extracting(UnclaimedData.Found::storage, UnclaimedData.Found::path)
        .containsExactly(tuple("pvc://volume", path));
    assertThat(found.message()).doesNotContain("could not be looked into");
    assertThat(workspace.jobs())
        .filteredOn(job -> "sweep".equals(job.getMetadata().getLabels().get(Labels.TASK)))
        .hasSize(1);
    assertThat(workspace.filesOn("volume")).isEqualTo(files).isNotEmpty();
  }

  private static UnclaimedData sweep(Workspace workspace, String value) {
    workspace.annotate(PostgresConnection.class, "shop", Labels.SWEEP, value);
    return workspace
        .await(
            PostgresConnection.class,
            "shop",
            connection ->
                Optional.ofNullable(connection.getStatus().lastHandled())
                    .filter(handled -> value.equals(handled.sweep()))
                    .isPresent())
        .getStatus()
        .unclaimed();
  }
}
