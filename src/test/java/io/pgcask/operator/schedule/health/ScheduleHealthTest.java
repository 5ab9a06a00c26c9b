package io.pgcask.operator.schedule.health;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.damaged;
import static io.pgcask.operator.schedule.ScheduleFixture.failed;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static io.pgcask.operator.schedule.ScheduleFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RecentRun;
import io.pgcask.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleHealthTest {

  private static final String OBJECTIVE = "maxAgeOfLastSuccess: 26h";
  private static final Duration HOURS_26 = Duration.ofHours(26);

  private static ScheduleHealth health(BackupSchedule schedule, Instant now, Backup... children) {
    return ScheduleHealth.of(schedule, List.of(children), now);
  }

  private static void assertHealthy(ScheduleHealth health, String status, Reason reason) {
    assertThat(health.healthy().status()).as(health.healthy().message()).isEqualTo(status);
    assertThat(health.healthy().reason()).isEqualTo(reason);
  }

  @Test
  void whatIsLeftOfAFailedOneIsNoSuccess() {
    // Given
    var left =
        backup(
            3,
            status ->
                status
                    .phase(BackupPhase.EXPIRED)
                    .reason(Reason.DATA_LEFT_BEHIND.word())
                    .conditions(
                        Conditions.from(List.of(), 1L, slot(3))
                            .failed(Reason.DUMP_FAILED, "it failed")
                            .list()));

    // When
    var health = health(schedule(), slot(10), failed(2), left);

    // Then
    assertThat(health.consecutiveFailures()).isEqualTo(1);
  }

  // --- with an objective ---

  @Test
  void isUnknownUntilTheFirstBackupIsOverdueAndFalseThen() {
    // Given
    var created = Instant.parse("2026-03-01T00:00:00Z");
    var latest = created.plus(HOURS_26);

    // When
    var before = health(schedule(OBJECTIVE), latest.minusSeconds(1), failed(2));
    var after = health(schedule(OBJECTIVE), latest, failed(2));

    // Then
    assertHealthy(before, "Unknown", Reason.NO_BACKUP_YET);
    assertThat(before.changesAt()).contains(latest);
    assertHealthy(after, "False", Reason.RECOVERY_POINT_MISSED);
    assertThat(after.changesAt()).isEmpty();
  }

  @Test
  void isTrueAsLongAsTheSnapshotOfTheNewestGoodOneIsYoungEnough() {
    // Given
    var latest = slot(5).plusSeconds(60).plus(HOURS_26);

    // When
    var before =
        health(schedule(OBJECTIVE), latest.minusSeconds(1), backup(4), backup(5), failed(6));
    var after = health(schedule(OBJECTIVE), latest, backup(4), backup(5), failed(6));

    // Then
    assertHealthy(before, "True", Reason.RECOVERY_POINT_KEPT);
    assertThat(before.changesAt()).contains(latest);
    assertHealthy(after, "False", Reason.RECOVERY_POINT_MISSED);
    assertThat(after.healthy().message()).contains("nightly-05", "26h", "make a Backup now");
  }

  @Test
  void measuresFromTheStartWhereTheSnapshotIsNotKnown() {
    var unknown =
        backup(5, status -> status.snapshotTime(null).startTime(slot(5).plusSeconds(1800)));

    assertThat(health(schedule(OBJECTIVE), slot(5).plusSeconds(3600), unknown).changesAt())
        .contains(slot(5).plusSeconds(1800).plus(HOURS_26));
  }

  /** A clock that was ahead makes no data younger, whosever it was. */
  @Test
  void whatClocksThatWereAheadHaveWrittenKeepsNothingHealthy() {
    var now = slot(5).plusSeconds(7200);
    var real = slot(5).plusSeconds(60).plus(HOURS_26);

    var server = backup(5, status -> status.snapshotTime(slot(6)));
    assertThat(health(schedule(OBJECTIVE), now, server).changesAt())
        .as("not after its end: from its start")
        .contains(slot(5).plus(HOURS_26));

    var ahead = slot(25);
    var operator =
        backup(
            5,
            status ->
                status.snapshotTime(null).startTime(ahead).completionTime(ahead.plusSeconds(60)));
    assertThat(health(schedule(OBJECTIVE), now, operator).changesAt())
        .as("by the clock of the API server")
        .contains(slot(5).plus(HOURS_26));

    var schedule =
        with(
            schedule(OBJECTIVE),
            status -> status.unchangedSinceBackup("nightly-05").lastUnchangedTime(ahead));
    assertThat(health(schedule, now, backup(5)).changesAt()).contains(real);

    assertHealthy(
        health(schedule(), slot(7), operator, failed(6)), "False", Reason.LAST_BACKUP_FAILED);
    assertThat(health(schedule(), slot(7), operator, failed(6)))
        .satisfies(
            health -> {
              assertThat(health.consecutiveFailures()).isEqualTo(1);
              assertThat(health.lastSuccessfulTime()).contains(slot(5));
            });
    var failure = with(schedule(), status -> status.lastFailureTime(ahead).consecutiveFailures(3));
    assertThat(health(failure, now, backup(5)).lastFailureTime()).isEmpty();
  }

  @Test
  void countsNeitherPartialNorDamagedNorRemovedOnes() {
    // Given
    var partial = backup(9, status -> status.partial(List.of("Subscriptions")));
    var leaving = backup(8);
    leaving.getMetadata().setDeletionTimestamp(slot(9).toString());
    var expired = backup(7, status -> status.phase(BackupPhase.EXPIRED));
    var removed = backup(6, status -> status.phase(BackupPhase.DELETING));

    // When
    var health =
        health(
            schedule(OBJECTIVE),
            slot(10),
            partial,
            leaving,
            expired,
            removed,
            damaged(5),
            backup(4));

    // Then
    assertHealthy(health, "False", Reason.RECOVERY_POINT_MISSED);
    assertThat(health.healthy().message()).contains("nightly-04");
    assertThat(health.lastSuccessfulTime()).contains(slot(4).plusSeconds(3600));
    assertThat(health.damaged()).containsExactly("nightly-05");
  }

  @Test
  void isFalseAtOnceWhenTheOnlyBackupIsFoundDamaged() {
    var health = health(schedule("maxAgeOfLastSuccess: 4w"), slot(2), damaged(2));

    assertHealthy(health, "False", Reason.BACKUP_DAMAGED);
    assertThat(health.lastSuccessfulTime()).isEmpty();
  }

  @Test
  void aLookThatFoundNothingChangedCountsAsLongAsItsBackupIsGood() {
    // Given
    var looked = slot(6);
    var schedule =
        with(
            schedule(OBJECTIVE),
            status -> status.lastUnchangedTime(looked).unchangedSinceBackup("nightly-05"));
    var now = slot(7);

    // When, Then
    assertHealthy(health(schedule, now, backup(4), backup(5)), "True", Reason.RECOVERY_POINT_KEPT);
    assertThat(health(schedule, now, backup(5)).changesAt()).contains(looked.plus(HOURS_26));
    assertHealthy(
        health(schedule, now, backup(4), damaged(5)), "False", Reason.RECOVERY_POINT_MISSED);
    assertHealthy(health(schedule, now, backup(4)), "False", Reason.RECOVERY_POINT_MISSED);
  }

  @Test
  void aSuspendedScheduleGetsNoBetterForIt() {
    var suspended = schedule(OBJECTIVE, "suspend: true");

    assertHealthy(health(suspended, slot(20), backup(5)), "False", Reason.RECOVERY_POINT_MISSED);
  }

  // --- without ---

  @Test
  void withoutAnObjectiveItIsAboutTheNewestThatHasEnded() {
    var running = backup(9, status -> status.phase(BackupPhase.RUNNING).completionTime(null));
    var partial = backup(8, status -> status.partial(List.of("UnloggedData")));

    assertHealthy(health(schedule(), slot(9)), "Unknown", Reason.NO_BACKUP_YET);
    assertHealthy(health(schedule(), slot(9), running), "Unknown", Reason.NO_BACKUP_YET);
    assertHealthy(
        health(schedule(), slot(30), failed(7), backup(8), running),
        "True",
        Reason.LAST_BACKUP_SUCCEEDED);
    assertHealthy(
        health(schedule(), slot(30), failed(7), partial), "True", Reason.LAST_BACKUP_SUCCEEDED);
    assertHealthy(
        health(schedule(), slot(30), backup(7), failed(8)), "False", Reason.LAST_BACKUP_FAILED);
    assertHealthy(
        health(schedule(), slot(30), backup(7), damaged(8)), "False", Reason.BACKUP_DAMAGED);
    assertThat(health(schedule(), slot(30), backup(8)).changesAt()).isEmpty();
  }

  // --- numbers ---

  @Test
  void countsFailuresSinceTheLastSuccessAndThoseThatAreGone() {
    // Given
    var schedule = schedule();

    // When two failed
    var two = health(schedule, slot(5), backup(2), failed(3), failed(4));
    with(schedule, two::addTo);
    // and retention has removed the first of them when the third fails
    var three = health(schedule, slot(6), backup(2), failed(4), failed(5));
    with(schedule, three::addTo);
    var again = health(schedule, slot(6), backup(2), failed(4), failed(5));
    with(schedule, again::addTo);
    var success = health(schedule, slot(7), failed(5), backup(6));
    with(schedule, success::addTo);
    var anew = health(schedule, slot(8), backup(6), failed(7));

    // Then
    assertThat(Stream.of(two, three, again, success, anew))
        .extracting(ScheduleHealth::consecutiveFailures)
        .containsExactly(2, 3, 3, 0, 1);
    assertThat(success.lastFailureTime()).contains(slot(5).plusSeconds(3600));
  }

  @Test
  void showsTheFiveNewestRuns() {
    var children =
        IntStream.rangeClosed(1, 8)
            .mapToObj(day -> day == 6 ? failed(day) : backup(day))
            .toArray(Backup[]::new);

    var runs = health(schedule(), slot(9), children).recentRuns();

    assertThat(runs)
        .extracting(RecentRun::backup)
        .containsExactly("nightly-08", "nightly-07", "nightly-06", "nightly-05", "nightly-04");
    assertThat(runs.get(2))
        .isEqualTo(
            new RecentRun(
                "nightly-06",
                slot(6),
                BackupPhase.FAILED,
                "DumpFailed",
                slot(6).plusSeconds(3600),
                3600L,
                10L << 20));
  }

  @Test
  void readsWhatPeopleWroteIntoAnAnnotation() {
    var odd = backup(3);
    odd.getMetadata().getAnnotations().replaceAll((name, value) -> "yesterday");

    assertThat(health(schedule(), slot(9), odd).recentRuns())
        .singleElement()
        .satisfies(run -> assertThat(run.scheduledTime()).isEqualTo(slot(3)));
  }

  @Test
  void aBackupWithoutStatusIsARunAndNothingElse() {
    var fresh = backup(3);
    fresh.setStatus(null);

    var health = health(schedule(), slot(3), fresh);

    assertHealthy(health, "Unknown", Reason.NO_BACKUP_YET);
    assertThat(health.recentRuns()).singleElement();
    assertThat(health.lastSuccessfulTime()).isEqualTo(Optional.empty());
  }

  @Test
  void failuresFromBeforeABackupThatHasExpiredSinceDoNotCount() {
    var schedule = schedule();
    var expired = backup(8, status -> status.phase(BackupPhase.EXPIRED));

    var health = ScheduleHealth.of(schedule, List.of(failed(7), expired, failed(9)), slot(10));

    assertThat(health.consecutiveFailures()).isEqualTo(1);
  }

  @Test
  void aFailureFromBeforeASuccessThatIsGoneDoesNotCountAgain() {
    var schedule =
        with(schedule(), status -> status.lastFailureTime(ended(7)).consecutiveFailures(0));

    assertThat(health(schedule, slot(10), failed(7)).consecutiveFailures()).isZero();
    assertThat(health(schedule, slot(10), failed(7), failed(9)).consecutiveFailures()).isOne();
  }

  private static Instant ended(int day) {
    return slot(day).plusSeconds(3600);
  }
}
