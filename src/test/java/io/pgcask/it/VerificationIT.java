package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.operator.Labels;
import io.pgcask.storage.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Backups are read again on demand, and tell what was found. */
@OnCluster
class VerificationIT {

  @ConcurrentTest
  void anAnnotationHasABackupReadAgain(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "verify", "verify", "secret").withSample();
    workspace.connection("shop", shop);
    workspace.backup("nightly", "shop", workspace.s3(), "");
    var made = workspace.completedBackup("nightly");
    assertThat(made.getStatus().verification().level()).isEqualTo(VerificationLevel.HASH);
    assertThat(made.getStatus().verification().result()).isEqualTo(VerificationResult.PASSED);
    assertCondition(made, Condition.VERIFIED, "True");

    // When it is asked for more
    var parsed = verify(workspace, "Parse");

    // Then
    assertThat(parsed.getStatus().verification().level()).isEqualTo(VerificationLevel.PARSE);
    assertThat(parsed.getStatus().verification().result()).isEqualTo(VerificationResult.PASSED);
    assertThat(parsed.getStatus().phase()).isEqualTo(BackupPhase.COMPLETED);
    workspace.awaitEvents("nightly", "Verified");

    // When it is to be restored, of which nobody has counted the rows
    var restored = verify(workspace, "Restore").getStatus().verification();

    // Then
    assertThat(restored.level()).isEqualTo(VerificationLevel.RESTORE);
    assertThat(restored.result()).as(restored.message()).isEqualTo(VerificationResult.PASSED);
    assertThat(restored.rowsChecked()).isNull();

    // When it is asked for what there is not, then it says so and nothing else changes
    var refused = verify(workspace, "Glance");
    assertThat(refused.getStatus().verification()).isEqualTo(restored);
    workspace.awaitEvents("nightly", "VerificationInconclusive");

    // When its data is gone in part, then it is damaged, not ready any more, and still on record
    cluster.s3().delete(parsed.getStatus().resolved().path() + "/1/verify.dump");
    var damaged = verify(workspace, "Hash/2");
    assertThat(damaged.getStatus().verification().result()).isEqualTo(VerificationResult.DAMAGED);
    assertThat(damaged.getStatus().verification().message()).contains("verify.dump does not exist");
    assertThat(damaged.getStatus().phase()).isEqualTo(BackupPhase.COMPLETED);
    assertCondition(damaged, Condition.VERIFIED, "False");
    assertCondition(damaged, Condition.READY, "False");
    assertCondition(damaged, Condition.COMPLETE, "True");
    workspace.awaitEvents("nightly", "VerificationFailed");
    assertThat(workspace.jobs())
        .as("a Job for the dump, and one for each verification")
        .hasSizeLessThanOrEqualTo(4);
  }

  @ConcurrentTest
  void aBackupIsRestoredBeforeItIsCompleted(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "proof", "proof", "secret").withSample();
    var rows = shop.contents().size();
    workspace.connection("shop", shop);

    // When
    workspace.backup("nightly", "shop", workspace.s3(), "verification: {level: Restore}");

    // Then
    var made = workspace.completedBackup("nightly").getStatus();
    assertThat(made.verification().level()).isEqualTo(VerificationLevel.RESTORE);
    assertThat(made.verification().result())
        .as(made.verification().message())
        .isEqualTo(VerificationResult.PASSED);
    assertThat(made.verification().rowsChecked()).isPositive();
    assertThat(rows).isPositive();
    workspace.awaitEvents("nightly", "Verified");

    // When the counts say that a row is missing from the dump
    var path = made.resolved().path();
    forgeRows(cluster, path);
    var forged = verify(workspace, "Restore");

    // Then
    assertThat(forged.getStatus().verification().result()).isEqualTo(VerificationResult.DAMAGED);
    assertThat(forged.getStatus().verification().message()).contains("instead of");
    assertCondition(forged, Condition.VERIFIED, "False");
  }

  @ConcurrentTest
  void aBackupWhoseServerCannotBeHadIsCompletedAndNotVerified(
      Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "lone", "lone", "secret");
    workspace.connection("shop", shop);

    // When
    workspace.backup(
        "nightly",
        "shop",
        workspace.s3(),
        "verification: {level: Restore, image: \"example.org/no-such-image:1\"}\npendingDeadlineSeconds: 10");

    // Then
    var made = workspace.completedBackup("nightly");
    assertThat(made.getStatus().verification().result()).isEqualTo(VerificationResult.INCONCLUSIVE);
    assertThat(made.getStatus().verification().message()).contains("no-such-image");
    assertCondition(made, Condition.VERIFIED, "Unknown");
    workspace.awaitEvents("nightly", "VerificationInconclusive");
  }

  /** Counts that were right when they were written, of a dump that has lost a row since. */
  private static void forgeRows(Cluster cluster, String path) {
    var key = path + "/1/proof.content.json";
    var counts = cluster.s3().text(key);
    var forged =
        Pattern.compile("\"rows\"\\s*:\\s*(\\d+)")
            .matcher(counts)
            .replaceFirst(rows -> "\"rows\": " + (Long.parseLong(rows.group(1)) + 1));
    var manifest = cluster.s3().text(path + "/manifest.json");
    cluster.s3().put(key, forged);
    cluster
        .s3()
        .put(
            path + "/manifest.json",
            manifest
                .replace(sha256(counts), sha256(forged))
                .replace(
                    "\"sizeBytes\" : " + counts.getBytes(StandardCharsets.UTF_8).length,
                    "\"sizeBytes\" : " + forged.getBytes(StandardCharsets.UTF_8).length));
  }

  private static String sha256(String text) {
    return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Backup verify(Workspace workspace, String value) {
    workspace.annotate(Backup.class, "nightly", Labels.VERIFY, value);
    return workspace.await(
        Backup.class,
        "nightly",
        backup ->
            backup.getStatus().lastHandled() != null
                && value.equals(backup.getStatus().lastHandled().verify()));
  }

  private static void assertCondition(Backup backup, String type, String status) {
    assertThat(backup.getStatus().conditions())
        .anyMatch(condition -> condition.type().equals(type) && condition.status().equals(status));
  }
}
