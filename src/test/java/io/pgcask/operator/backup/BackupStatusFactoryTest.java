package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.api.v1alpha1.Progress;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.operator.job.RunnerReports;
import io.pgcask.operator.job.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupStatusFactoryTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Progress LATE =
      new Progress(800L, 700L, 1000L, 80, 50L, "public.t", Bottleneck.STORAGE, null, null);

  private static Backup backup(Progress progress) {
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName("b").withGeneration(1L).build());
    backup.setSpec(BackupSpecBuilder.builder().build());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(BackupPhase.RUNNING)
            .location("s3://b/x")
            .startTime(NOW.minusSeconds(60))
            .progress(progress)
            .build());
    return backup;
  }

  private static RunnerReports.Summary reports(Optional<Progress> progress) {
    return new RunnerReports.Summary(progress, List.of(), false, List.of(), List.of(), "");
  }

  private static Result result() {
    return ResultBuilder.builder().succeeded(true).reason(Reason.COMPLETED).sizeBytes(900L).build();
  }

  private static BackupStatus completed(Progress progress) {
    var backup = backup(progress);
    return BackupStatusFactory.completed(
        backup, BackupStatusFactory.unchanged(backup), result(), NOW);
  }

  @Test
  void showsTheNewestProgressWhileItRuns() {
    var backup = backup(new Progress(1L, 1L, null, null, 1L, null, null, null, null));

    var status = BackupStatusFactory.running(backup, "pod", reports(Optional.of(LATE)), NOW);

    assertThat(status.progress()).isEqualTo(LATE);
  }

  @Test
  void keepsTheProgressWhenThereIsNoNews() {
    var status = BackupStatusFactory.running(backup(LATE), "pod", reports(Optional.empty()), NOW);

    assertThat(status.progress()).isEqualTo(LATE);
  }

  @Test
  void says100OnlyOnceItIsCompleted() {
    assertThat(completed(LATE).progress())
        .isEqualTo(new Progress(800L, 700L, null, 100, null, null, null, null, null));
    assertThat(completed(null).progress()).isNull();
  }

  @Test
  void keepsThePercentageOfAFailureAndNotWhatWentOn() {
    var trouble = new Trouble(Reason.CANCELLED, "cancelled");

    assertThat(BackupStatusFactory.failed(backup(LATE), trouble, NOW).progress())
        .isEqualTo(new Progress(800L, 700L, null, 80, null, null, null, null, null));
  }

  @Test
  void isCompletedOnlyOnceItWasRestored() {
    // Given
    var backup = backup(LATE);
    var hash = new Result.Verified(VerificationLevel.HASH, VerificationResult.PASSED, "read", 1);
    var written = ResultBuilder.builder(result()).verification(hash).build();

    // When
    var proving =
        VerificationStatusFactory.proving(
            backup, BackupStatusFactory.unchanged(backup), written, NOW.minusSeconds(30));
    backup.setStatus(proving);
    var restored =
        new Result.Verified(
            VerificationLevel.RESTORE, VerificationResult.PASSED, "restored", 9, 42L);
    var proved = VerificationStatusFactory.proved(backup, restored, NOW);

    // Then
    assertThat(proving.phase()).isEqualTo(BackupPhase.VERIFYING);
    assertThat(proving.completionTime()).isNull();
    assertThat(proved.phase()).isEqualTo(BackupPhase.COMPLETED);
    assertThat(proved.sizeBytes()).isEqualTo(900L);
    assertThat(proved.completionTime()).isEqualTo(NOW);
    assertThat(proved.verification().rowsChecked()).isEqualTo(42L);
  }

  @Test
  void hasFailedAndKeepsItsDataIfTheRestoreFoundOtherRows() {
    // Given
    var backup = backup(LATE);
    var damaged =
        new Result.Verified(
            VerificationLevel.RESTORE, VerificationResult.DAMAGED, "1 row instead of 2", 9, null);

    // When
    var status = VerificationStatusFactory.proved(backup, damaged, NOW);

    // Then
    assertThat(status.phase()).isEqualTo(BackupPhase.FAILED);
    assertThat(status.reason()).isEqualTo(Reason.VERIFICATION_FAILED.word());
    assertThat(status.message()).contains("1 row instead of 2", "the data was kept");
    assertThat(BackupStatusFactory.holdsData(status)).isTrue();
  }

  @Test
  void isCompletedIfItCouldNotBeRestoredForAReasonOfItsOwn() {
    // Given
    var backup = backup(LATE);

    // When
    var status =
        VerificationStatusFactory.proved(backup, VerifyCommand.inconclusive("no such image"), NOW);

    // Then
    assertThat(status.phase()).isEqualTo(BackupPhase.COMPLETED);
    assertThat(status.verification().level()).isEqualTo(VerificationLevel.RESTORE);
    assertThat(status.verification().result()).isEqualTo(VerificationResult.INCONCLUSIVE);
  }
}
