package io.pgcask.operator.schedule;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.damaged;
import static io.pgcask.operator.schedule.ScheduleFixture.failed;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.ScheduleFindings.News;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import io.pgcask.operator.schedule.health.Verdict;
import io.pgcask.operator.schedule.storage.StorageProbes;
import io.pgcask.operator.schedule.verification.VerificationPlan;
import io.pgcask.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleFindingsTest {

  private static final Instant NOW = slot(10);

  private static final Verdict USABLE =
      Verdict.yes(Condition.STORAGE_READY, Reason.STORAGE_USABLE, "good");

  private static final Verdict DENIED =
      Verdict.no(Condition.STORAGE_READY, Reason.STORAGE_DENIED, "bad");

  private static ScheduleFindings found(
      BackupSchedule schedule, Verdict storage, Backup... children) {
    return new ScheduleFindings(
        ScheduleHealth.of(schedule, List.of(children), NOW),
        new StorageProbes.Known(storage, Optional.of(NOW), Optional.of(NOW.plusSeconds(60))),
        VerificationPlan.of(schedule, List.of(children), NOW));
  }

  /** Writes what was found, and says what is told of it. */
  private static List<News> settle(BackupSchedule schedule, ScheduleFindings found) {
    return settle(
        schedule, found, Conditions.from(null, 1L, NOW).ready(Reason.SCHEDULED, "scheduled"));
  }

  private static List<News> settle(
      BackupSchedule schedule, ScheduleFindings found, Conditions conditions) {
    var status = BackupScheduleStatusBuilder.builder().conditions(conditions.list()).build();
    var written = schedule();
    written.setStatus(found.addTo(schedule, status, NOW));
    var news = found.news(schedule, written);
    schedule.setStatus(written.getStatus());
    return news;
  }

  @Test
  void standsBesideReadyAndLeavesItAlone() {
    var schedule = schedule();

    settle(schedule, found(schedule, DENIED, failed(9)));

    assertThat(schedule.getStatus().conditions())
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", "True", "Scheduled"),
            tuple("Reconciling", "False", "Scheduled"),
            tuple("Stalled", "False", "Scheduled"),
            tuple("Healthy", "False", "LastBackupFailed"),
            tuple("StorageReady", "False", "StorageDenied"),
            tuple("SizeAnomaly", "Unknown", "TooFewBackups"));
    assertThat(schedule.getStatus().lastStorageProbeTime()).isEqualTo(NOW);
    assertThat(schedule.getStatus().consecutiveFailures()).isEqualTo(1);
  }

  @Test
  void tellsWhatGoesBadAndWhatIsMendedOnceEach() {
    var schedule = schedule();

    assertThat(settle(schedule, found(schedule, USABLE))).isEmpty();
    assertThat(settle(schedule, found(schedule, DENIED, failed(8))))
        .extracting(News::warning, News::reason)
        .containsExactly(
            tuple(true, Reason.LAST_BACKUP_FAILED), tuple(true, Reason.STORAGE_DENIED));
    assertThat(settle(schedule, found(schedule, DENIED, failed(8), failed(9)))).isEmpty();
    assertThat(settle(schedule, found(schedule, USABLE, failed(8), backup(9))))
        .extracting(News::warning, News::reason)
        .containsExactly(
            tuple(false, Reason.LAST_BACKUP_SUCCEEDED), tuple(false, Reason.STORAGE_USABLE));
    assertThat(settle(schedule, found(schedule, USABLE, backup(9)))).isEmpty();
  }

  @Test
  void tellsOfEachDamagedBackupOnceAndOfAnAnomaly() {
    var schedule = schedule("maxAgeOfLastSuccess: 9w");
    var small = backup(9, status -> status.sizeBytes(1L));
    var others = new Backup[] {damaged(4), backup(5), backup(6), backup(7), backup(8), small};

    assertThat(settle(schedule, found(schedule, USABLE, others)))
        .extracting(News::warning, News::reason)
        .containsExactly(tuple(true, Reason.SIZE_DROPPED), tuple(true, Reason.BACKUP_DAMAGED));
    assertThat(settle(schedule, found(schedule, USABLE, others))).isEmpty();
    others[1] = damaged(5);
    assertThat(settle(schedule, found(schedule, USABLE, others)))
        .singleElement()
        .satisfies(news -> assertThat(news.message()).contains("nightly-05"));
  }

  @Test
  void aVerificationThatNeverComesStallsTheSchedule() {
    var schedule = schedule("verification: {schedule: '0 0 30 2 *'}");

    var news = settle(schedule, found(schedule, USABLE, backup(9)));

    assertThat(news).extracting(News::reason).containsExactly(Reason.INVALID_SCHEDULE);
    assertThat(schedule.getStatus().conditions())
        .filteredOn(condition -> condition.type().equals("Stalled"))
        .singleElement()
        .satisfies(condition -> assertThat(condition.holds()).isTrue());
    assertThat(settle(schedule, found(schedule, USABLE, backup(9)))).isEmpty();
  }

  @Test
  void whatKeepsBackupsFromBeingMadeIsWorseAndNothingIsToldAgainAndAgain() {
    var schedule = schedule("verification: {schedule: '0 0 30 2 *'}");
    var refused = Conditions.from(null, 1L, NOW).reconciling(Reason.BACKUP_REFUSED, "quota");

    assertThat(settle(schedule, found(schedule, USABLE, backup(9)), refused)).isEmpty();

    assertThat(Verdict.of(schedule.getStatus().conditions(), "Ready"))
        .contains(Verdict.no("Ready", Reason.BACKUP_REFUSED, "quota"));
    assertThat(settle(schedule, found(schedule, USABLE, backup(9)), refused)).isEmpty();
    assertThat(settle(schedule, found(schedule, USABLE, backup(9)))).hasSize(1);
    assertThat(settle(schedule, found(schedule, USABLE, backup(9)))).isEmpty();
  }

  @Test
  void comesAgainForWhateverIsDueFirst() {
    var schedule = schedule("maxAgeOfLastSuccess: 4w", "verification: {schedule: '* * * * *'}");

    assertThat(found(schedule, USABLE).next()).contains(NOW.plusSeconds(60));
    assertThat(
            new ScheduleFindings(
                    ScheduleHealth.of(schedule, List.of(), NOW),
                    new StorageProbes.Known(USABLE, Optional.empty(), Optional.empty()),
                    VerificationPlan.of(schedule(), List.of(), NOW))
                .next())
        .contains(Instant.parse("2026-03-29T00:00:00Z"));
  }
}
