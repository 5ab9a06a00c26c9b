package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.DeletionPolicy;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.operator.job.RunReconciler.Obstacle;
import io.pgcask.operator.job.Trouble;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetyBackupsTest {

  private static final String NAME = "shop-safety-0123abcd";

  private static Restore restore() {
    return Serialization.unmarshal(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Restore
        metadata: {name: shop, namespace: demo, uid: 0123abcd-89ab}
        spec:
          source: {backupRef: {name: nightly}}
          connectionRef: {name: server}
          database: shop
          mode: Clean
          safetyBackup: {storage: {persistentVolumeClaim: {claimName: safe}}}
          queueDeadline: 2h
          pod: {serviceAccountName: backups}
        """,
        Restore.class);
  }

  private static Backup backup(BackupPhase phase, boolean started) {
    var backup = SafetyBackups.backup(restore());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(phase)
            .startTime(started ? Instant.EPOCH : null)
            .reason(Reason.STORAGE_DENIED.word())
            .message("no")
            .build());
    return backup;
  }

  private static Optional<Obstacle> verdict(Backup backup) {
    return SafetyBackups.verdict(restore(), Optional.of(backup));
  }

  private static Optional<Obstacle> fails(String why) {
    return Optional.of(
        new Obstacle(
            new Trouble(Reason.SAFETY_BACKUP_FAILED, why + "; nothing was written"), false));
  }

  private static Optional<Obstacle> waits(String why) {
    return Optional.of(
        new Obstacle(
            new Trouble(Reason.WAITING_FOR_SAFETY_BACKUP, "waits for safety " + why), true));
  }

  @Test
  void isABackupOfTheTargetThatOutlivesTheRestore() {
    var restore = restore();
    var backup = SafetyBackups.backup(restore);

    assertThat(backup.getMetadata().getName()).isEqualTo(NAME);
    assertThat(backup.getMetadata().getNamespace()).isEqualTo("demo");
    assertThat(backup.getMetadata().getLabels()).isEqualTo(Map.of("pgcask.io/restore", "shop"));
    assertThat(backup.getMetadata().getAnnotations())
        .isEqualTo(Map.of("pgcask.io/restore", "shop"));
    assertThat(backup.getMetadata().getOwnerReferences()).isEmpty();
    var spec = backup.getSpec();
    assertThat(spec.connectionRef()).isEqualTo(restore.getSpec().connectionRef());
    assertThat(spec.database()).isEqualTo("shop");
    assertThat(spec.storage().persistentVolumeClaim().claimName()).isEqualTo("safe");
    assertThat(spec.deletionPolicy()).isEqualTo(DeletionPolicy.RETAIN);
    assertThat(spec.queueDeadline()).isEqualTo("2h");
    assertThat(spec.pod()).isEqualTo(restore.getSpec().pod());
  }

  @ParameterizedTest
  @EnumSource
  void onlyACompletedOneLetsTheRestoreWrite(BackupPhase phase) {
    var verdict = verdict(backup(phase, true));
    var expected =
        switch (phase) {
          case COMPLETED -> Optional.<Obstacle>empty();
          case FAILED -> fails("safety Backup " + NAME + " has failed: StorageDenied: no");
          case EXPIRED, DELETING -> fails("the data of safety Backup " + NAME + " is deleted");
          case QUEUED -> waits("Backup " + NAME + ", which is Queued");
          case PENDING -> waits("Backup " + NAME + ", which is Pending");
          case RUNNING -> waits("Backup " + NAME + ", which is Running");
          case VERIFYING -> waits("Backup " + NAME + ", which is Verifying");
        };
    assertThat(verdict).isEqualTo(expected);
  }

  @Test
  void tellsWhatTheBackupWaitsFor() {
    assertThat(verdict(backup(BackupPhase.QUEUED, false)))
        .isEqualTo(waits("Backup " + NAME + ", which is Queued: no"));
    assertThat(verdict(SafetyBackups.backup(restore())))
        .isEqualTo(waits("Backup " + NAME + ", which is new"));
  }

  @Test
  void oneOfSomebodyElseOrADeletedOneIsNone() {
    var other = backup(BackupPhase.COMPLETED, true);
    other.getMetadata().setAnnotations(Map.of("pgcask.io/restore", "blog"));
    assertThat(verdict(other))
        .isEqualTo(fails("the name " + NAME + " is taken by a Backup of somebody else"));
    other.getMetadata().setAnnotations(Map.of());
    assertThat(verdict(other)).map(Obstacle::mayPass).contains(false);

    assertThat(SafetyBackups.verdict(restore(), Optional.empty()))
        .isEqualTo(fails("safety Backup " + NAME + " was deleted before it was used"));
  }

  @Test
  void itIsNamedInTheStatusWhileItIsWaitedFor() {
    var status = RestoreStatusBuilder.builder().build();
    var waiting = new Trouble(Reason.WAITING_FOR_SAFETY_BACKUP, "");
    var queued = new Trouble(Reason.QUEUED, "");

    assertThat(SafetyBackups.named(restore(), waiting, status).safetyBackup())
        .isEqualTo(new RestoreStatus.SafetyBackup(NAME, null));
    assertThat(SafetyBackups.named(restore(), queued, status)).isEqualTo(status);
  }

  @Test
  void aRestoreThatAsksForNoneOrWritesNothingNeedsNone() {
    var none = new SafetyBackups(null, null);
    var dry = restore();
    dry.setSpec(RestoreSpecBuilder.builder(dry.getSpec()).dryRun(true).build());
    var without = restore();
    without.setSpec(RestoreSpecBuilder.builder(without.getSpec()).safetyBackup(null).build());
    var status = RestoreStatusBuilder.builder().build();

    for (var restore : new Restore[] {dry, without}) {
      assertThat(none.obstacle(restore)).isEmpty();
      assertThat(none.located(restore, status)).isEqualTo(status);
    }
  }
}
