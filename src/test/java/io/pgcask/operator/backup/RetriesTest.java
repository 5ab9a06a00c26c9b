package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.CopyStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.job.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private static Backup backup(Integer attempt, Integer retries) {
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName("b").withGeneration(1L).build());
    backup.setSpec(BackupSpecBuilder.builder().retries(retries).build());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(BackupPhase.RUNNING)
            .attempt(attempt)
            .jobName("job")
            .jobUid("uid")
            .podName("pod")
            .stopTime(NOW)
            .sizeBytes(5L)
            .startTime(NOW.minusSeconds(60))
            .warnings(List.of("old"))
            .build());
    return backup;
  }

  private static BackupStatus failed(Backup backup, Reason reason) {
    return BackupStatusFactory.failed(backup, new Trouble(reason, "what happened"), NOW);
  }

  private static Optional<Retries.Retry> after(Backup backup, Reason reason) {
    return Retries.after(backup, failed(backup, reason), NOW);
  }

  @Test
  void onlyWhatMayPassIsTriedAgain() {
    var tried =
        Arrays.stream(Reason.values())
            .filter(reason -> after(backup(1, null), reason).isPresent())
            .toList();

    assertThat(tried)
        .containsExactlyInAnyOrder(
            Reason.HOST_UNREACHABLE,
            Reason.CONNECT_TIMEOUT,
            Reason.TOO_MANY_CONNECTIONS,
            Reason.LOCK_TIMEOUT,
            Reason.RECOVERY_CONFLICT,
            Reason.STORAGE_UNREACHABLE,
            Reason.POD_EVICTED,
            Reason.RESULT_LOST);
  }

  @Test
  void asOftenAsTheSpecSaysAndTwiceIfItSaysNothing() {
    assertThat(after(backup(2, null), Reason.LOCK_TIMEOUT)).isPresent();
    assertThat(after(backup(3, null), Reason.LOCK_TIMEOUT)).isEmpty();
    assertThat(after(backup(1, 0), Reason.LOCK_TIMEOUT)).isEmpty();
    assertThat(after(backup(10, 10), Reason.LOCK_TIMEOUT)).isPresent();
    assertThat(after(backup(11, 10), Reason.LOCK_TIMEOUT)).isEmpty();
  }

  @Test
  void eachPauseIsTwiceTheLastAndTenMinutesAtMost() {
    var pauses =
        IntStream.rangeClosed(1, 8)
            .mapToObj(attempt -> after(backup(attempt, 10), Reason.LOCK_TIMEOUT).orElseThrow())
            .map(retry -> Duration.between(NOW, retry.at()).toSeconds())
            .toList();

    assertThat(pauses).containsExactly(31L, 61L, 121L, 241L, 481L, 601L, 601L, 601L);
  }

  @Test
  void notIfNobodyWantsItAnyMore() {
    var cancelled = backup(1, 5);
    cancelled.setSpec(BackupSpecBuilder.builder(cancelled.getSpec()).cancel(true).build());
    var deleted = backup(1, 5);
    deleted.getMetadata().setDeletionTimestamp("2026-11-24T12:00:00Z");

    assertThat(after(cancelled, Reason.LOCK_TIMEOUT)).isEmpty();
    assertThat(after(deleted, Reason.LOCK_TIMEOUT)).isEmpty();
  }

  @Test
  void notIfABackupIsThereThatLacksOnlyCopies() {
    var backup = backup(1, 5);
    var lacking =
        BackupStatusBuilder.builder(failed(backup, Reason.STORAGE_UNREACHABLE))
            .copies(List.of(new CopyStatus(null, null, null, null, null)))
            .build();

    assertThat(Retries.after(backup, lacking, NOW)).isEmpty();
  }

  @Test
  void thePauseIsNoEndAndHoldsNothingOfTheAttempt() {
    // Given
    var backup = backup(1, null);
    var failed = failed(backup, Reason.STORAGE_UNREACHABLE);

    // When
    var retry = Retries.after(backup, failed, NOW).orElseThrow();
    var status = BackupStatusFactory.retrying(backup, failed, retry, NOW);

    // Then
    assertThat(status.phase()).isEqualTo(BackupPhase.QUEUED);
    assertThat(status.reason()).isEqualTo("Retrying");
    assertThat(status.message())
        .isEqualTo(
            "attempt 1 failed: StorageUnreachable: what happened;"
                + " attempt 2 of 3 begins at 2026-11-24T12:00:31Z");
    assertThat(status.attempt()).isEqualTo(2);
    assertThat(status.retryTime()).isEqualTo(NOW.plusSeconds(31));
    assertThat(status.warnings())
        .containsExactly("old", "attempt 1 failed: StorageUnreachable: what happened");
    assertThat(status.jobUid()).isNull();
    assertThat(status.podName()).isNull();
    assertThat(status.stopTime()).isNull();
    assertThat(status.completionTime()).isNull();
    assertThat(status.sizeBytes()).isNull();
    assertThat(status.conditions())
        .filteredOn(Condition::holds)
        .extracting(Condition::type)
        .containsExactly(Condition.RECONCILING);
  }
}
