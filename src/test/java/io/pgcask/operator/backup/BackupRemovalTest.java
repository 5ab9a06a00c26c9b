package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Labels;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.Next;
import io.pgcask.operator.status.StatusWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class BackupRemovalTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  /** Names of Backups that Restores read which have not ended, as the API server has them. */
  private Set<String> read = Set.of();

  private BackupData.Deletion deletion = new BackupData.Deletion.Pending();
  private int deletions;

  private final BackupRemoval removal = removal();

  /** A cluster in which each write succeeds, and storage answers as a test wants it. */
  private BackupRemoval removal() {
    var data =
        new BackupData(null, null, null) {
          @Override
          public Deletion delete(Backup backup, Instant since, Instant now) {
            deletions++;
            return deletion;
          }
        };
    var readers =
        new BackupReaders(null) {
          @Override
          Needed of(String namespace, Predicate<Restore> counts) {
            return new Needed(read, Set.of(), Set.of());
          }
        };
    var writer =
        new StatusWriter(null) {
          @Override
          public <S, R extends CustomResource<?, S>> R write(R resource, S status) {
            resource.setStatus(status);
            return resource;
          }
        };
    var events =
        new Events(null, null) {
          @Override
          public void normal(HasMetadata about, Reason reason, String message) {}
        };
    return new BackupRemoval(
        data, readers, new BackupWriter(writer, events), null, backup -> new Next.Done<>());
  }

  private static Backup completed() {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName("nightly")
            .withNamespace("demo")
            .withUid("0a1b2c3d-0000")
            .withGeneration(1L)
            .withFinalizers(Labels.FINALIZER)
            .build());
    backup.setSpec(BackupSpecBuilder.builder().expiresAfter("2h").build());
    var volume = new Storage(null, new Storage.PersistentVolumeClaim("claim", null));
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(BackupPhase.COMPLETED)
            .reason(Reason.COMPLETED.word())
            .resolved(
                new BackupStatus.Resolved(
                    null, null, volume, null, "demo/shop/nightly-0a1b2c3d", null, null))
            .build());
    return backup;
  }

  private static Backup retiring() {
    var backup = completed();
    backup.setStatus(RetirementStatusFactory.retiring(backup, "no rule keeps it", NOW));
    return backup;
  }

  private static Backup expiring() {
    var backup = completed();
    backup.setStatus(ExpiryStatusFactory.expiring(backup, NOW));
    return backup;
  }

  /** Step by step, for as long as there is data to delete. */
  private Next<Backup> goOn(Backup backup, Instant now) {
    var next = removal.goOn(backup, now);
    return next instanceof Next.Continue<Backup> further
            && further.resource().getStatus().phase() == BackupPhase.DELETING
        ? goOn(further.resource(), now)
        : next;
  }

  @Test
  void waitsForARestoreThatCameJustBeforeTheMark() {
    for (var backup : new Backup[] {retiring(), expiring()}) {
      // Given
      read = Set.of("nightly");

      // When
      var next = goOn(backup, NOW);

      // Then
      assertThat(next).isEqualTo(new Next.Wait<>(Duration.ofSeconds(30)));
      assertThat(deletions).isZero();
      assertThat(backup.getStatus().phase()).isEqualTo(BackupPhase.DELETING);
      assertThat(backup.getStatus().message())
          .isEqualTo(
              "its data is deleted once the Restores that may read it have ended:"
                  + " pvc://claim/demo/shop/nightly-0a1b2c3d");
    }
  }

  @Test
  void theDeletionBeginsWhenTheRestoreHasEndedAndIsNotLateByThen() {
    // Given
    var backup = retiring();
    read = Set.of("nightly");
    goOn(backup, NOW);
    var later = NOW.plus(Duration.ofHours(3));
    read = Set.of();

    // When
    goOn(backup, later);

    // Then
    assertThat(deletions).isOne();
    assertThat(backup.getStatus().stopTime()).isEqualTo(later);
    assertThat(backup.getStatus().message())
        .isEqualTo("deleting pvc://claim/demo/shop/nightly-0a1b2c3d");
    assertThat(RetirementStatusFactory.isRetiring(backup.getStatus())).isTrue();
  }

  @Test
  void whatHasBegunGoesOnWhoeverReads() {
    // Given
    var backup = expiring();
    goOn(backup, NOW);
    read = Set.of("nightly");

    // When
    deletion = new BackupData.Deletion.Deleted();
    goOn(backup, NOW.plusSeconds(5));

    // Then
    assertThat(deletions).isEqualTo(2);
    assertThat(backup.getStatus().phase()).isEqualTo(BackupPhase.EXPIRED);
  }

  @Test
  void aPersonWhoDeletesTheResourceIsNotKeptWaiting() {
    // Given
    var backup = retiring();
    backup.getMetadata().setDeletionTimestamp(NOW.toString());
    read = Set.of("nightly");

    // When
    goOn(backup, NOW);

    // Then
    assertThat(deletions).isOne();
  }
}
