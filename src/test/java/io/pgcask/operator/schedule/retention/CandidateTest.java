package io.pgcask.operator.schedule.retention;

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
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.LastHandled;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Location;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CandidateTest {
  private static final Instant SLOT = Instant.parse("2026-03-10T02:00:00Z");
  private static final Instant CREATED = SLOT.plusSeconds(5);
  private static final Instant SNAPSHOT = SLOT.plusSeconds(20);
  private static final Instant END = SLOT.plusSeconds(600);
  private static final String PATH = "demo/shop/nightly-1-0a1b2c3d";
  private static final Storage VOLUME =
      new Storage(null, new Storage.PersistentVolumeClaim("claim", null));

  private static Backup backup(Consumer<BackupStatusBuilder> status) {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName("nightly-1")
            .withUid("0a1b2c3d-0000")
            .withCreationTimestamp(CREATED.toString())
            .withAnnotations(new HashMap<>(Map.of(Labels.SCHEDULED_FOR, SLOT.toString())))
            .build());
    backup.setSpec(BackupSpecBuilder.builder().connectionRef(new LocalObjectRef("shop")).build());
    var builder =
        BackupStatusBuilder.builder()
            .phase(BackupPhase.COMPLETED)
            .reason("Completed")
            .resolved(new BackupStatus.Resolved(null, null, VOLUME, null, PATH, null, null))
            .snapshotTime(SNAPSHOT)
            .completionTime(END);
    status.accept(builder);
    backup.setStatus(builder.build());
    return backup;
  }

  private static Consumer<BackupStatusBuilder> verified(String value) {
    return status ->
        status.conditions(
            List.of(new Condition(Condition.VERIFIED, value, "Verified", "", 1L, END)));
  }

  private static Candidate of(Backup backup) {
    return Candidate.of(backup, false);
  }

  private static void annotate(Backup backup, String name, String value) {
    backup.getMetadata().getAnnotations().put(name, value);
  }

  @Test
  void whatIsWholeCounts() {
    assertThat(of(backup(status -> {})).isGood()).isTrue();
    assertThat(of(backup(verified("True"))).isGood()).isTrue();
    assertThat(of(backup(verified("Unknown"))).isGood()).isTrue();
  }

  @Test
  void whatIsDamagedOrPartialDoesNot() {
    var damaged = of(backup(verified("False")));
    assertThat(damaged.standing()).isEqualTo(new Standing.Uncounted("it is damaged"));
    assertThat(damaged.trouble()).contains("is damaged");
    assertThat(of(backup(status -> status.partial(List.of("Subscriptions")))).standing())
        .isEqualTo(new Standing.Uncounted("it is partial"));
  }

  @Test
  void whereVerifiedOnesAreAskedForTheOthersDoNot() {
    assertThat(Candidate.of(backup(verified("True")), true).isGood()).isTrue();
    for (var backup : List.of(backup(verified("Unknown")), backup(status -> {}))) {
      assertThat(Candidate.of(backup, true).standing())
          .isEqualTo(new Standing.Uncounted("it is not verified"));
    }
  }

  @ParameterizedTest
  @EnumSource(BackupPhase.class)
  void eachPhaseHasItsStanding(BackupPhase phase) {
    var standing = of(backup(status -> status.phase(phase).reason("DumpFailed"))).standing();

    switch (phase) {
      case COMPLETED -> assertThat(standing).isInstanceOf(Standing.Good.class);
      case FAILED -> assertThat(standing).isInstanceOf(Standing.Failed.class);
      case EXPIRED -> assertThat(standing).isInstanceOf(Standing.Gone.class);
      case QUEUED, PENDING, RUNNING, VERIFYING, DELETING ->
          assertThat(standing).isInstanceOf(Standing.Apart.class);
    }
  }

  @Test
  void aFailureThatLeftABackupIsNoMereRecord() {
    var copies = List.of(new CopyStatus("s3://b/p", CopyResult.FAILED, null, null, "full"));

    assertThat(of(backup(status -> status.phase(BackupPhase.FAILED).copies(copies))).holdsData())
        .isTrue();
    assertThat(
            of(backup(status -> status.phase(BackupPhase.FAILED).reason("VerificationFailed")))
                .holdsData())
        .isTrue();
  }

  @Test
  void aCopyOfABackupIsNotRetentionsSinceItsDataIsTheOthers() {
    var copy = backup(status -> {});
    copy.getMetadata().setUid("ffffffff-0000");

    assertThat(of(copy).standing()).isInstanceOf(Standing.Apart.class);
    assertThat(of(copy).holdsData()).isFalse();
  }

  @Test
  void theRecordOfDataThatIsStillThereIsNotRetentions() {
    assertThat(
            of(backup(status -> status.phase(BackupPhase.EXPIRED).reason("DataLeftBehind")))
                .standing())
        .isInstanceOf(Standing.Apart.class);
  }

  @Test
  void whatWasImportedOrIsBeingDeletedIsNotEither() {
    var imported = backup(status -> {});
    imported.setSpec(
        BackupSpecBuilder.builder(imported.getSpec()).imported(new Location(VOLUME, "p")).build());
    var deleted = backup(status -> {});
    deleted.getMetadata().setDeletionTimestamp(END.toString());
    var unseen = backup(status -> {});
    unseen.setStatus(null);

    for (var backup : List.of(imported, deleted, unseen)) {
      assertThat(of(backup).standing()).isInstanceOf(Standing.Apart.class);
    }
  }

  @Test
  void isSparedWhileHeldAndWhileBeingVerified() {
    var held = backup(status -> {});
    held.setSpec(BackupSpecBuilder.builder(held.getSpec()).hold(true).build());
    var asked = backup(status -> {});
    annotate(asked, Labels.VERIFY, "Hash/1");
    var answered = backup(status -> status.lastHandled(new LastHandled("Hash/1")));
    annotate(answered, Labels.VERIFY, "Hash/1");

    assertThat(of(held).spared()).contains("spec.hold is true");
    assertThat(of(asked).spared()).contains("it is being verified");
    assertThat(of(answered).spared()).isEmpty();
  }

  @Test
  void knowsUntilWhenObjectLockProtectsIt() {
    var lock = new Storage.ObjectLock(Storage.LockMode.GOVERNANCE, 7);
    var s3 =
        new Storage(
            new Storage.S3(
                "bucket", null, null, null, null, null, null, null, null, null, null, null, null,
                lock),
            null);
    var backup =
        backup(
            status ->
                status.resolved(
                    new BackupStatus.Resolved(null, null, VOLUME, List.of(s3), PATH, null, null)));

    assertThat(of(backup).lockedUntil()).contains(Instant.parse("2026-03-17T02:10:00Z"));
    assertThat(of(backup(status -> {})).lockedUntil()).isEmpty();
  }

  @Test
  void isOfTheTimeOfItsSlot() {
    assertThat(of(backup(status -> {})).time()).isEqualTo(SLOT);
  }

  @Test
  void theApiServersClockMayBeBehindThatOfTheOperator() {
    var backup = backup(status -> {});
    backup.getMetadata().setCreationTimestamp(SLOT.minusSeconds(60).toString());

    assertThat(of(backup).time()).isEqualTo(SLOT);
  }

  @Test
  void aSlotThatItCannotHaveBeenMadeForIsNoneAndSoIsWhatCannotBeRead() {
    for (var slot : List.of("2099-01-01T00:00:00Z", "tomorrow")) {
      var backup = backup(status -> {});
      annotate(backup, Labels.SCHEDULED_FOR, slot);

      assertThat(of(backup).time()).as(slot).isEqualTo(SNAPSHOT);
    }
  }

  @Test
  void withoutASlotItIsOfItsSnapshotOrItsEndOrItsCreation() {
    var clockAhead = END.plusSeconds(86_400);
    for (var expected :
        Map.<Consumer<BackupStatusBuilder>, Instant>of(
                status -> {},
                SNAPSHOT,
                status -> status.snapshotTime(null),
                END,
                status -> status.snapshotTime(clockAhead),
                END,
                status -> status.snapshotTime(null).completionTime(null),
                CREATED)
            .entrySet()) {
      var backup = backup(expected.getKey());
      backup.getMetadata().getAnnotations().clear();

      assertThat(of(backup).time()).isEqualTo(expected.getValue());
    }
  }

  @Test
  void whatAClockThatWasAheadHasDatedIsOfItsCreationUntilThatDateHasCome() {
    var ahead = SLOT.plus(Duration.ofDays(365));
    var backup = backup(status -> status.snapshotTime(null).completionTime(ahead));
    annotate(backup, Labels.SCHEDULED_FOR, ahead.toString());

    assertThat(of(backup).asOf(END).time()).isEqualTo(CREATED);
    assertThat(of(backup).asOf(END).isGood()).isTrue();
    assertThat(of(backup).asOf(ahead).time()).isEqualTo(ahead);

    // the server's clock was right
    var snapshot = backup(status -> status.completionTime(ahead));
    annotate(snapshot, Labels.SCHEDULED_FOR, ahead.toString());
    assertThat(of(snapshot).asOf(END).time()).isEqualTo(SNAPSHOT);

    // and neither was
    var both = backup(status -> status.snapshotTime(ahead).completionTime(ahead.plusSeconds(9)));
    both.getMetadata().getAnnotations().clear();
    assertThat(of(both).asOf(END).time()).isEqualTo(CREATED);
  }

  @Test
  void ofWhatWasCreatedAheadOfTheClockNobodyKnowsHowOldItIs() {
    var yearBefore = END.minus(Duration.ofDays(365));

    assertThat(of(backup(status -> {})).asOf(yearBefore).standing())
        .isEqualTo(new Standing.Apart("its time lies ahead of the clock"));
    assertThat(of(backup(status -> status.phase(BackupPhase.RUNNING))).asOf(yearBefore).standing())
        .isEqualTo(new Standing.Apart("it has not ended"));
  }

  @Test
  void whatHoldsSomethingElseIsAnotherSeries() {
    var spec = BackupSpecBuilder.builder().connectionRef(new LocalObjectRef("shop"));
    var series = Series.of(spec.build(), java.util.Optional.of("shop"));

    assertThat(Series.of(spec.build(), java.util.Optional.of("blog"))).isNotEqualTo(series);
    assertThat(Series.of(spec.database("shop").build(), java.util.Optional.of("blog")))
        .isEqualTo(series);
    assertThat(
            Series.of(spec.content(DumpContent.SCHEMA_ONLY).build(), java.util.Optional.of("shop")))
        .isNotEqualTo(series);
  }
}
