package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.CopyResult;
import io.pgcask.api.v1alpha1.CopyStatus;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Location;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.job.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImportPlannerTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Storage BUCKET = volume("backups");
  private static final String PATH = "demo/shop/nightly-0a1b2c3d";

  private static Storage volume(String claim) {
    return new Storage(null, new Storage.PersistentVolumeClaim(claim, null));
  }

  private static Backup imported(String name) {
    var backup = backup(name, BackupPhase.PENDING, BUCKET, PATH);
    backup.setSpec(
        BackupSpecBuilder.builder()
            .connectionRef(new LocalObjectRef("shop"))
            .imported(new Location(BUCKET, PATH))
            .build());
    return backup;
  }

  private static Backup backup(String name, BackupPhase phase, Storage storage, String path) {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("0a1b2c3d-" + name)
            .withGeneration(1L)
            .build());
    backup.setSpec(BackupSpecBuilder.builder().connectionRef(new LocalObjectRef("shop")).build());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(phase)
            .location(storage.location(path))
            .startTime(NOW.minusSeconds(60))
            .resolved(
                new BackupStatus.Resolved(
                    new ResolvedConnection("shop", null, null, null),
                    null,
                    storage,
                    null,
                    path,
                    "image",
                    null))
            .build());
    return backup;
  }

  @Test
  void hasNoDataOfItsOwnUnlessItIsCompleted() {
    // Given
    var completed = imported("completed");
    completed.setStatus(
        BackupStatusBuilder.builder(completed.getStatus()).phase(BackupPhase.COMPLETED).build());
    var damaged = imported("damaged");
    damaged.setStatus(
        BackupStatusFactory.failed(
            damaged, new Trouble(Reason.VERIFICATION_FAILED, "SHA-256 differs"), NOW));
    var made = backup("made", BackupPhase.RUNNING, BUCKET, PATH);
    made.setStatus(
        BackupStatusFactory.failed(
            made, new Trouble(Reason.VERIFICATION_FAILED, "SHA-256 differs"), NOW));

    // Then
    assertThat(BackupPlaces.holdsData(completed)).isTrue();
    assertThat(BackupPlaces.holdsData(damaged)).isFalse();
    assertThat(BackupPlaces.holdsData(made)).as("what a run of ours wrote").isTrue();
  }

  @Test
  void isRefusedWhereAnotherBackupIsTheRecord() {
    // Given
    var itself = imported("again");
    var same = backup("nightly", BackupPhase.COMPLETED, BUCKET, PATH);

    // Then
    assertThat(ImportPlanner.recorded(itself, Stream.of(itself, same)))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.ALREADY_RECORDED);
              assertThat(trouble.message()).contains("Backup nightly", "pvc://backups/" + PATH);
            });
    for (var other :
        List.of(
            backup("failed", BackupPhase.FAILED, BUCKET, PATH),
            backup("expired", BackupPhase.EXPIRED, BUCKET, PATH),
            backup("waiting", BackupPhase.QUEUED, BUCKET, PATH),
            imported("importing"),
            damagedImport(),
            unresolved(),
            backup("elsewhere", BackupPhase.COMPLETED, volume("other"), PATH),
            backup("another", BackupPhase.COMPLETED, BUCKET, PATH + "4"))) {
      assertThat(ImportPlanner.recorded(itself, Stream.of(itself, other)))
          .as(other.getMetadata().getName())
          .isEmpty();
    }
  }

  private static Backup damagedImport() {
    var backup = imported("damaged-import");
    backup.setStatus(
        BackupStatusFactory.failed(
            backup, new Trouble(Reason.VERIFICATION_FAILED, "SHA-256 differs"), NOW));
    return backup;
  }

  private static Backup unresolved() {
    var backup = backup("unresolved", BackupPhase.FAILED, BUCKET, PATH);
    backup.setStatus(BackupStatusBuilder.builder().phase(BackupPhase.FAILED).build());
    return backup;
  }

  @Test
  void isRefusedWhereAFailedBackupHoldsTheData() {
    // Given
    var damaged = backup("damaged", BackupPhase.RUNNING, BUCKET, PATH);
    damaged.setStatus(
        BackupStatusFactory.failed(
            damaged, new Trouble(Reason.VERIFICATION_FAILED, "SHA-256 differs"), NOW));
    var withoutCopy = backup("without-copy", BackupPhase.FAILED, BUCKET, PATH);
    withoutCopy.setStatus(
        BackupStatusBuilder.builder(withoutCopy.getStatus())
            .reason("CopyFailed")
            .copies(List.of(new CopyStatus("pvc://second", CopyResult.FAILED, null, null, "full")))
            .build());

    // Then it would go with the Failed one
    for (var other : List.of(damaged, withoutCopy)) {
      assertThat(ImportPlanner.recorded(imported("again"), Stream.of(other)))
          .as(other.getMetadata().getName())
          .hasValueSatisfying(
              trouble -> {
                assertThat(trouble.reason()).isEqualTo(Reason.ALREADY_RECORDED);
                assertThat(trouble.message())
                    .contains("restore by location", "delete that one with deletionPolicy Retain");
              });
    }
  }

  /** As a tool that copies clusters makes it: the data does not go with it. */
  @Test
  void isNotRefusedWhereACopyOfABackupNamesTheData() {
    var copy = backup("nightly", BackupPhase.COMPLETED, BUCKET, PATH);
    copy.getMetadata().setUid("another-uid");

    assertThat(ImportPlanner.recorded(imported("again"), Stream.of(copy))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "RUNNING", "VERIFYING", "DELETING"})
  void isRefusedWhereABackupIsWrittenOrDeleted(BackupPhase phase) {
    var other = backup("nightly", phase, BUCKET, PATH);

    assertThat(ImportPlanner.recorded(imported("again"), Stream.of(other)))
        .map(Trouble::reason)
        .contains(Reason.ALREADY_RECORDED);
  }
}
