package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private static final Instant END = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant CREATED = END.minusSeconds(60);
  private static final Instant DUE = END.plus(Duration.ofHours(2));

  private static Backup backup(BackupPhase phase, String expiresAfter, Boolean hold) {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName("b")
            .withGeneration(3L)
            .withCreationTimestamp(CREATED.toString())
            .build());
    backup.setSpec(
        BackupSpecBuilder.builder()
            .storage(new Storage(null, new Storage.PersistentVolumeClaim("claim", null)))
            .expiresAfter(expiresAfter)
            .hold(hold)
            .build());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(phase)
            .reason(Reason.COMPLETED.word())
            .completionTime(END)
            .expirationTime(DUE)
            .location("pvc://claim/ns/c/b")
            .build());
    return backup;
  }

  @Test
  void isDueWhenItsTimeHasComeAndNotBefore() {
    var backup = backup(BackupPhase.COMPLETED, "2h", null);

    assertThat(Expiry.time(backup)).contains(DUE);
    assertThat(Expiry.isDue(backup, DUE.minusSeconds(1))).isFalse();
    assertThat(Expiry.wait(backup, DUE.minusSeconds(1))).contains(Duration.ofSeconds(1));
    assertThat(Expiry.isDue(backup, DUE)).isTrue();
  }

  @Test
  void whatAClockInThePastHasCompletedCountsFromItsCreation() {
    // Given
    var backup = backup(BackupPhase.COMPLETED, "2h", null);
    backup.getMetadata().setCreationTimestamp(END.plus(Duration.ofDays(30)).toString());

    // Then
    assertThat(Expiry.time(backup)).contains(DUE.plus(Duration.ofDays(30)));
    assertThat(Expiry.isDue(backup, DUE.plus(Duration.ofDays(29)))).isFalse();
  }

  @Test
  void whatWasImportedCountsFromItsImport() {
    // Given
    var backup = backup(BackupPhase.COMPLETED, "2h", null);
    backup.getMetadata().setCreationTimestamp(END.plus(Duration.ofDays(30)).toString());
    var imported = END.plus(Duration.ofDays(29));
    backup.setStatus(BackupStatusBuilder.builder(backup.getStatus()).importTime(imported).build());

    // Then
    assertThat(Expiry.time(backup)).contains(imported.plus(Duration.ofHours(2)));
  }

  @Test
  void whatIsHeldIsNeverDue() {
    var backup = backup(BackupPhase.COMPLETED, "2h", true);

    assertThat(Expiry.time(backup)).contains(DUE);
    assertThat(Expiry.isDue(backup, DUE.plusSeconds(1))).isFalse();
    assertThat(Expiry.wait(backup, END)).isEmpty();
  }

  @Test
  void withoutASpanNothingExpires() {
    var backup = backup(BackupPhase.COMPLETED, null, null);

    assertThat(Expiry.time(backup)).isEmpty();
    assertThat(Expiry.isDue(backup, Instant.MAX)).isFalse();
    assertThat(Expiry.wait(backup, END)).isEmpty();
  }

  @Test
  void onlyWhatIsCompletedExpires() {
    for (var phase : BackupPhase.values()) {
      assertThat(Expiry.isDue(backup(phase, "2h", null), DUE))
          .as(phase.name())
          .isEqualTo(phase == BackupPhase.COMPLETED);
    }
  }

  @Test
  void looksAgainOnceADayAtLeast() {
    var backup = backup(BackupPhase.COMPLETED, "52w", false);

    assertThat(Expiry.wait(backup, END)).contains(Duration.ofDays(1));
  }

  @Test
  void staysGreenForThoseWhoAppliedIt() {
    var backup = backup(BackupPhase.COMPLETED, "2h", null);

    backup.setStatus(ExpiryStatusFactory.expired(backup, DUE));

    var status = backup.getStatus();
    assertThat(status.phase()).isEqualTo(BackupPhase.EXPIRED);
    assertThat(status.reason()).isEqualTo("Expired");
    assertThat(status.message()).isEqualTo("expired at 2026-11-24T14:00:00Z; the data was deleted");
    assertThat(status.conditions())
        .filteredOn(Condition::holds)
        .extracting(Condition::type)
        .containsExactlyInAnyOrder(Condition.READY, Condition.COMPLETE);
    assertThat(BackupStatusFactory.holdsData(status)).isFalse();
  }

  @Test
  void tellsWhatIsLeft() {
    var backup = backup(BackupPhase.COMPLETED, "2h", null);

    var status = ExpiryStatusFactory.leavingData(backup, "pvc://claim/x", "it is locked", DUE);

    assertThat(status.phase()).isEqualTo(BackupPhase.EXPIRED);
    assertThat(status.reason()).isEqualTo("DataLeftBehind");
    assertThat(status.message()).isEqualTo("pvc://claim/x may still hold data: it is locked");
    assertThat(status.warnings())
        .containsExactly("pvc://claim/x may still hold data: it is locked");
  }
}
