package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreSpec.Scheduled;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ScheduledBackupsTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final Scheduled LATEST = new Scheduled("nightly", true, null);

  private static Scheduled before(String time) {
    return new Scheduled("nightly", null, Instant.parse(time));
  }

  /** Named by the day of March on which it was taken and which it shows. */
  private static Backup of(int day) {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName("nightly-" + day)
            .withAnnotations(Map.of(Labels.SCHEDULE, "nightly"))
            .build());
    backup.setSpec(BackupSpecBuilder.builder().build());
    var time = Instant.parse("2026-03-%02dT02:00:00Z".formatted(day));
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(BackupPhase.COMPLETED)
            .resolved(new BackupStatus.Resolved(null, null, null, null, null, null, null))
            .snapshotTime(time)
            .completionTime(time.plusSeconds(3600))
            .build());
    return backup;
  }

  private static Backup of(int day, Consumer<BackupStatusBuilder> change) {
    var backup = of(day);
    var builder = BackupStatusBuilder.builder(backup.getStatus());
    change.accept(builder);
    backup.setStatus(builder.build());
    return backup;
  }

  private static Optional<String> chosen(Scheduled wanted, Backup... backups) {
    return new ScheduledBackups(wanted, List.of(backups))
        .newest(NOW)
        .map(Backup::getMetadata)
        .map(ObjectMeta::getName);
  }

  /** No snapshot is younger than the end of its backup. */
  @Test
  void aServerWhoseClockWasAheadMakesNoYoungerOne() {
    var ahead = Instant.parse("2027-03-02T02:00:00Z");
    var wrong = of(2, status -> status.snapshotTime(ahead));
    assertThat(chosen(LATEST, of(1), wrong, of(3))).contains("nightly-3");
    assertThat(chosen(before("2026-03-02T03:00:01Z"), of(1), wrong)).contains("nightly-2");
    assertThat(chosen(before("2026-03-02T03:00:00Z"), of(1), wrong)).contains("nightly-1");
  }

  /** Nobody knows what it shows. */
  @Test
  void oneThatAllClocksHaveWrittenAheadIsNeitherTheNewestNorBeforeATime() {
    var ahead = Instant.parse("2027-03-02T02:00:00Z");
    var wrong = of(2, status -> status.snapshotTime(ahead).completionTime(ahead.plusSeconds(60)));
    wrong.getMetadata().setCreationTimestamp("2026-03-02T02:00:00Z");
    assertThat(chosen(LATEST, of(1), wrong, of(3))).contains("nightly-3");
    assertThat(chosen(before("2026-03-02T12:00:00Z"), of(1), wrong)).contains("nightly-1");
  }

  @Test
  void takesTheNewestThatIsWhole() {
    var running = of(9, status -> status.phase(BackupPhase.RUNNING).completionTime(null));
    var failed = of(8, status -> status.phase(BackupPhase.FAILED));
    var partial = of(7, status -> status.partial(List.of("Subscriptions")));
    var damaged =
        of(
            6,
            status ->
                status.conditions(
                    List.of(
                        new Condition(
                            Condition.VERIFIED, "False", "VerificationFailed", "", 1L, NOW))));
    var deleted = of(5);
    deleted.getMetadata().setDeletionTimestamp(NOW.toString());
    var unseen = of(4);
    unseen.setStatus(null);
    var unverifiable =
        of(
            3,
            status ->
                status.conditions(
                    List.of(
                        new Condition(
                            Condition.VERIFIED, "Unknown", "Inconclusive", "", 1L, NOW))));

    assertThat(
            chosen(
                LATEST,
                of(1),
                running,
                failed,
                partial,
                damaged,
                deleted,
                unseen,
                unverifiable,
                of(2)))
        .hasValue("nightly-3");
  }

  @Test
  void takesNoneWhoseTimeIsOver() {
    var over = of(9, status -> status.expirationTime(NOW));
    var held = of(8, status -> status.expirationTime(NOW));
    held.setSpec(BackupSpecBuilder.builder().hold(true).build());

    assertThat(chosen(LATEST, over, of(1))).hasValue("nightly-1");
    assertThat(chosen(LATEST, over, held, of(1))).hasValue("nightly-8");
  }

  @Test
  void takesNoneOfAnotherSchedule() {
    var others = of(9);
    others.getMetadata().setAnnotations(Map.of(Labels.SCHEDULE, "nightly-2"));
    var byHand = of(8);
    byHand.getMetadata().setAnnotations(null);

    assertThat(chosen(LATEST, others, byHand)).isEmpty();
  }

  @Test
  void whatCountsIsTheSnapshot() {
    assertThat(chosen(before("2026-03-02T02:00:01Z"), of(1), of(2), of(3))).hasValue("nightly-2");
    assertThat(chosen(before("2026-03-02T02:00:00Z"), of(1), of(2), of(3))).hasValue("nightly-1");
    assertThat(chosen(before("2026-03-01T02:00:00Z"), of(1), of(2), of(3))).isEmpty();
    var unknown = of(2, status -> status.snapshotTime(null));
    assertThat(chosen(before("2026-03-02T02:30:00Z"), of(1), unknown))
        .as("it may be as young as the end of its backup")
        .hasValue("nightly-1");
    assertThat(chosen(before("2026-03-02T03:30:00Z"), of(1), unknown)).hasValue("nightly-2");
  }

  @Test
  void saysWhatThereIsNot() {
    var none = new ScheduledBackups(before("2026-03-01T00:00:00Z"), List.of(of(1), of(2))).none();

    assertThat(none.reason()).isEqualTo(Reason.NO_FITTING_BACKUP);
    assertThat(none.message())
        .startsWith("of 2 Backups of BackupSchedule nightly none fits")
        .endsWith("from before 2026-03-01T00:00:00Z");
  }
}
