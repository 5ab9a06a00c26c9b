package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationResult;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What lies in storage without a resource becomes a Backup again, and loses nothing by it. */
@OnCluster
class ImportIT {

  @ConcurrentTest
  void aBackupWhoseResourceIsGoneComesBack(Cluster cluster, Workspace workspace) {
    // Given a backup of which only the data is left
    var shop = TestDatabase.create(cluster.postgres(17), "import", "import", "secret").withSample();
    var before = shop.contents();
    workspace.connection("shop", shop);
    workspace.backup("nightly", "shop", workspace.s3(), "");
    var original = workspace.completedBackup("nightly").getStatus();
    workspace.delete(Backup.class, "nightly");
    workspace.awaitGone(Backup.class, "nightly");

    // When it is imported, of a connection that does not exist any more
    imported(workspace, "again", original.resolved().path(), "deletionPolicy: Delete");

    // Then it is as it was, and as old
    var status = workspace.completedBackup("again").getStatus();
    assertThat(status.sizeBytes()).isEqualTo(original.sizeBytes());
    assertThat(status.sha256()).isEqualTo(original.sha256());
    assertThat(status.databases()).containsExactly("import");
    assertThat(status.serverVersion()).isEqualTo(original.serverVersion());
    assertThat(status.location()).isEqualTo(original.location());
    assertThat(status.verification().result()).isEqualTo(VerificationResult.PASSED);
    assertThat(status.completionTime())
        .isBetween(original.startTime(), original.completionTime().plus(1, ChronoUnit.SECONDS));
    assertThat(status.importTime()).isAfter(status.completionTime());

    // When it is restored, and deleted as the spec says
    workspace.restore("copy", "{backupRef: {name: again}}", "shop", "import_copy", "");
    workspace.completedRestore("copy");
    workspace.delete(Backup.class, "again");
    workspace.awaitGone(Backup.class, "again");

    // Then
    assertThat(shop.sibling("import_copy").contents()).containsExactlyEntriesOf(before);
    assertThat(cluster.s3().keys(original.resolved().path())).isEmpty();
  }

  @ConcurrentTest
  void anImportThatFailsRemovesNothing(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "hurt", "hurt", "secret").withSample();
    workspace.connection("shop", shop);
    workspace.backup("nightly", "shop", workspace.s3(), "");
    var path = workspace.completedBackup("nightly").getStatus().resolved().path();
    imported(workspace, "second", path, "deletionPolicy: Delete");
    assertThat(workspace.failedBackup("second", Reason.ALREADY_RECORDED).getStatus().message())
        .contains("Backup nightly is the record");
    workspace.delete(Backup.class, "nightly");
    workspace.awaitGone(Backup.class, "nightly");
    cluster.s3().damage(path + "/1/hurt.dump");
    var keys = cluster.s3().keys(workspace.namespace());

    // When
    imported(workspace, "damaged", path, "deletionPolicy: Delete");
    imported(
        workspace, "above", path.substring(0, path.lastIndexOf('/')), "deletionPolicy: Delete");
    imported(
        workspace, "unscheduled", path, "pendingDeadlineSeconds: 10\npod: {nodeSelector: {a: b}}");

    // Then
    assertThat(workspace.failedBackup("damaged", Reason.VERIFICATION_FAILED).getStatus().message())
        .contains("hurt.dump");
    assertThat(workspace.failedBackup("above", Reason.STORAGE_NOT_FOUND).getStatus().message())
        .contains("manifest.json");
    workspace.failedBackup("unscheduled", Reason.UNSCHEDULABLE);
    for (var name : List.of("second", "damaged", "above", "unscheduled")) {
      workspace.delete(Backup.class, name);
      workspace.awaitGone(Backup.class, name);
    }
    assertThat(cluster.s3().keys(workspace.namespace())).isEqualTo(keys);
  }

  private static void imported(Workspace workspace, String name, String path, String more) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata: {name: %s}
        spec:
          connectionRef: {name: gone}
          imported: {path: "%s", storage: %s}
        %s
        """
            .formatted(name, path, workspace.s3(), more.indent(2)));
  }
}
