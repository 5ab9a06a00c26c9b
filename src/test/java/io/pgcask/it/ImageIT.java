package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An operator whose Jobs have an image that cannot be had. */
@OnCluster
class ImageIT {

  @AfterEach
  void theDeployedOperator(Cluster cluster) {
    cluster.operator().scale(1);
  }

  @Test
  void aBackupEndsAndSaysWhichImage(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "image", "image", "secret");
    workspace.connection("shop", shop);
    cluster.operator().scale(0);
    try (var operator =
        InProcessOperator.start(workspace, "image", Power.unlimited(), "pgcask:no-such-tag")) {

      // When
      workspace.apply(
          """
          apiVersion: pgcask.io/v1alpha1
          kind: Backup
          metadata: {name: nightly, labels: {%s: image}}
          spec:
            connectionRef: {name: shop}
            storage: %s
            pendingDeadlineSeconds: 10
          """
              .formatted(InProcessOperator.LABEL, workspace.s3()));

      // Then
      var failed = workspace.failedBackup("nightly", Reason.IMAGE_PULL);
      assertThat(failed.getStatus().message()).contains("pgcask:no-such-tag");
      await().until(() -> workspace.jobs().isEmpty());
    }
  }
}
