package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.CopyResult;
import io.pgcask.api.v1alpha1.CopyStatus;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.operator.job.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CopyStatusesTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Storage OWN =
      new Storage(null, new Storage.PersistentVolumeClaim("own", null));
  private static final Storage ONE =
      new Storage(
          new Storage.S3("one", "p", null, null, null, new LocalObjectRef("keys"), null), null);
  private static final Storage TWO =
      new Storage(null, new Storage.PersistentVolumeClaim("two", "top"));
  private static final Result.Verified PASSED =
      new Result.Verified(VerificationLevel.HASH, VerificationResult.PASSED, "as written", 3);

  private static Backup backup() {
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName("b").withGeneration(1L).build());
    backup.setSpec(BackupSpecBuilder.builder().build());
    var resolved =
        new BackupStatus.Resolved(null, null, OWN, List.of(ONE, TWO), "path", "image", null);
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(BackupPhase.RUNNING)
            .resolved(resolved)
            .location(OWN.location("path"))
            .startTime(NOW.minusSeconds(60))
            .build());
    return backup;
  }

  private static Result.Copied complete(VerificationResult verified) {
    return new Result.Copied(true, 42L, verified, "read");
  }

  private static Result result(boolean succeeded, Result.Copied... copies) {
    return ResultBuilder.builder()
        .succeeded(succeeded)
        .reason(succeeded ? Reason.COMPLETED : Reason.STORAGE_DENIED)
        .message("a sentence")
        .clean(true)
        .sizeBytes(42L)
        .verification(PASSED)
        .copies(List.of(copies))
        .build();
  }

  private static Condition verifiedOf(BackupStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(Condition.VERIFIED))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachCopyHasItsPlaceAndItsResult() {
    var backup = backup();
    var failed = new Result.Copied(false, null, null, "denied");

    var copies =
        CopyStatuses.of(backup, result(false, complete(VerificationResult.PASSED), failed));

    assertThat(copies)
        .containsExactly(
            new CopyStatus(
                "s3://one/p/path", CopyResult.COMPLETED, 42L, VerificationResult.PASSED, "read"),
            new CopyStatus("pvc://two/top/path", CopyResult.FAILED, null, null, "denied"));
    assertThat(BackupPlaces.locations(backup))
        .isEqualTo("pvc://own/path, s3://one/p/path, pvc://two/top/path");
  }

  @Test
  void aFailureThatKeptTheBackupHoldsData() {
    var backup = backup();
    var failed = new Result.Copied(false, null, null, "denied");
    var known = BackupStatusFactory.unchanged(backup);

    var status = BackupStatusFactory.failed(backup, known, result(false, failed, failed), NOW);

    assertThat(status.phase()).isEqualTo(BackupPhase.FAILED);
    assertThat(status.reason()).isEqualTo("StorageDenied");
    assertThat(BackupStatusFactory.holdsData(status)).isTrue();
    assertThat(
            BackupStatusFactory.holdsData(
                BackupStatusFactory.failed(
                    backup(), new Trouble(Reason.STORAGE_DENIED, "denied"), NOW)))
        .isFalse();
  }

  @Test
  void aLostResultThatKeptTheBackupFailsAsItsVerdictSays() {
    var failed = new Result.Copied(false, null, null, "not finished");
    var result = result(false, complete(VerificationResult.PASSED), failed);

    var status =
        BackupStatusFactory.failedKeepingBackup(
            backup(), new Trouble(Reason.CANCELLED, "cancelled while it ran"), result, NOW);

    assertThat(status.reason()).isEqualTo("Cancelled");
    assertThat(status.message()).isEqualTo("cancelled while it ran; a sentence");
    assertThat(status.copies()).hasSize(2);
    assertThat(status.sizeBytes()).isEqualTo(42);
  }

  @Test
  void theWholeIsVerifiedOnlyIfEveryCopyIs() {
    var backup = backup();
    var known = BackupStatusFactory.unchanged(backup);
    var good = complete(VerificationResult.PASSED);
    var unread = complete(VerificationResult.INCONCLUSIVE);

    assertThat(
            verifiedOf(BackupStatusFactory.completed(backup, known, result(true, good, good), NOW))
                .status())
        .isEqualTo("True");
    var unknown =
        verifiedOf(BackupStatusFactory.completed(backup, known, result(true, good, unread), NOW));
    assertThat(unknown.status()).isEqualTo("Unknown");
    assertThat(unknown.message()).isEqualTo("the copy in pvc://two/top/path: read");
  }

  @Test
  void aVerificationAnewIsOfTheCopiesThatThereAre() {
    var backup = backup();
    var known = BackupStatusFactory.unchanged(backup);
    var failed = new Result.Copied(false, null, null, "denied");
    var good = complete(VerificationResult.PASSED);
    backup.setStatus(BackupStatusFactory.completed(backup, known, result(true, failed, good), NOW));
    assertThat(CopyStatuses.complete(backup)).containsExactly(TWO);
    var asked = new VerifyCommand("Hash", Optional.of(VerificationLevel.HASH));

    var status =
        VerificationStatusFactory.verifiedAnew(
            backup, asked, PASSED, List.of(complete(VerificationResult.DAMAGED)), NOW);

    assertThat(status.phase()).isEqualTo(BackupPhase.COMPLETED);
    assertThat(status.verification().result()).isEqualTo(VerificationResult.PASSED);
    assertThat(status.copies())
        .extracting(CopyStatus::verified)
        .containsExactly(null, VerificationResult.DAMAGED);
    assertThat(verifiedOf(status).status()).isEqualTo("False");
    assertThat(verifiedOf(status).message()).contains("pvc://two/top/path");
  }
}
