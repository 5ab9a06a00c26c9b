package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.CopyResult;
import io.pgcask.api.v1alpha1.CopyStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.operator.Labels;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** Copies and SQL around the dump, from the resource to the pod and back. */
@OnCluster
@Tag("second-cluster")
class CopiesClusterIT {

  @ConcurrentTest
  void copiesComeWithABackupAndGoWithIt(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "copies", "copies", "secret").withSample();
    var before = shop.contents();
    workspace.connection("shop", shop);
    var volume = workspace.volume("volume");
    workspace.backup(
        "nightly",
        "shop",
        workspace.s3(),
        "deletionPolicy: Delete\ncopies: [%s]".formatted(volume));

    // When
    var made = workspace.completedBackup("nightly");

    // Then
    var path = made.getStatus().resolved().path();
    assertThat(made.getStatus().copies())
        .containsExactly(
            new CopyStatus(
                "pvc://volume/" + path,
                CopyResult.COMPLETED,
                made.getStatus().sizeBytes(),
                VerificationResult.PASSED,
                made.getStatus().verification().message()));
    assertThat(workspace.filesOn("volume"))
        .isEqualTo(cluster.s3().keys(path))
        .contains(path + "/manifest.json");

    // When the copy is restored by its place
    workspace
        .restore(
            "copy",
            "{location: {path: %s, storage: %s}}".formatted(path, volume),
            "shop",
            "copies_copy",
            "")
        .completedRestore("copy");

    // Then
    assertThat(shop.sibling("copies_copy").contents()).containsExactlyEntriesOf(before);

    // When it is verified anew, then the copy is, too
    workspace.annotate(Backup.class, "nightly", Labels.VERIFY, "Parse");
    var verified =
        workspace.await(
            Backup.class, "nightly", backup -> backup.getStatus().lastHandled() != null);
    assertThat(verified.getStatus().copies())
        .extracting(CopyStatus::verified)
        .containsExactly(VerificationResult.PASSED);
    assertThat(verified.getStatus().copies().getFirst().message()).contains("pg_restore");

    // When it is deleted
    workspace.delete(Backup.class, "nightly");
    workspace.awaitGone(Backup.class, "nightly");

    // Then
    assertThat(cluster.s3().keys(path)).isEmpty();
    assertThat(workspace.filesOn("volume")).isEmpty();
    workspace.awaitEvents("nightly", "DataDeleted");
  }

  @ConcurrentTest
  void aCopyThatFailsFailsTheBackupAndKeepsWhatThereIs(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "denied", "denied", "secret").withSample();
    workspace.connection("shop", shop);
    var key = cluster.s3().accessKey();
    workspace.secret("wrong", Map.of("accessKeyId", key, "secretAccessKey", "not-the-secret-key"));
    var copy = workspace.s3(S3Server.BUCKET, "wrong").replace("{s3: {", "{s3: {prefix: copies, ");
    workspace.backup(
        "nightly", "shop", workspace.s3(), "deletionPolicy: Delete\ncopies: [%s]".formatted(copy));

    // When
    var failed = workspace.failedBackup("nightly", Reason.STORAGE_DENIED);

    // Then
    var status = failed.getStatus();
    var path = status.resolved().path();
    assertThat(status.message())
        .startsWith("the backup in s3://backups/%s is complete and was kept".formatted(path))
        .contains("s3://backups/copies/" + path);
    assertThat(status.copies()).extracting(CopyStatus::result).containsExactly(CopyResult.FAILED);
    assertThat(status.conditions())
        .anyMatch(condition -> condition.type().equals(Condition.FAILED) && condition.holds());
    assertThat(cluster.s3().keys(path)).contains(path + "/manifest.json");

    // When it is deleted with the right key in its place
    workspace.delete(Secret.class, "wrong");
    workspace.awaitGone(Secret.class, "wrong");
    workspace.secret(
        "wrong", Map.of("accessKeyId", key, "secretAccessKey", cluster.s3().secretKey()));
    workspace.delete(Backup.class, "nightly");
    workspace.awaitGone(Backup.class, "nightly");

    // Then
    assertThat(cluster.s3().keys(path)).isEmpty();
  }

  @ConcurrentTest
  void sqlOfAConfigMapIsRunAroundTheDump(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "around", "around", "secret").withSample();
    shop.execute("CREATE TABLE calls (what text)");
    workspace
        .connection("shop", shop, "maxConcurrentJobs: 4")
        .apply(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: shop-sql}
            data:
              before.sql: INSERT INTO calls VALUES ('before')
              after.sql: INSERT INTO calls VALUES ('after')
              broken.sql: INSERT INTO call VALUES ('typing error')
            """)
        .backup(
            "good",
            "shop",
            workspace.s3(),
            """
            preSql: {configMapRef: {name: shop-sql, key: before.sql}}
            postSql: {configMapRef: {name: shop-sql, key: after.sql}}
            """)
        .backup(
            "broken",
            "shop",
            workspace.s3(),
            "preSql: {configMapRef: {name: shop-sql, key: broken.sql}}")
        .backup(
            "missing",
            "shop",
            workspace.s3(),
            """
            preSql: {configMapRef: {name: nowhere, key: before.sql}}
            pendingDeadlineSeconds: 20
            """)
        .restore("copy", "{backupRef: {name: good}}", "shop", "around_copy", "");

    // When
    workspace.completedBackup("good");
    workspace.completedRestore("copy");
    var broken = workspace.failedBackup("broken", Reason.SQL_FAILED);
    var missing = workspace.failedBackup("missing", Reason.CONTAINER_CREATE_FAILED);

    // Then
    assertThat(broken.getStatus().message()).contains("key broken.sql of ConfigMap shop-sql");
    assertThat(missing.getStatus().message()).contains("ConfigMap may be missing");
    shop.execute("DO $$ BEGIN ASSERT (SELECT count(*) FROM calls) = 2; END $$");
    shop.sibling("around_copy")
        .execute("DO $$ BEGIN ASSERT (SELECT string_agg(what, ' ') FROM calls) = 'before'; END $$");
  }
}
