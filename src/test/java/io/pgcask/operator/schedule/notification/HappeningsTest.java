package io.pgcask.operator.schedule.notification;

import static io.pgcask.api.v1alpha1.NotificationEvent.COMPLETED;
import static io.pgcask.api.v1alpha1.NotificationEvent.FAILED;
import static io.pgcask.api.v1alpha1.NotificationEvent.OVERDUE;
import static io.pgcask.api.v1alpha1.NotificationEvent.RECOVERED;
import static io.pgcask.operator.schedule.notification.NightlySchedule.backup;
import static io.pgcask.operator.schedule.notification.NightlySchedule.completed;
import static io.pgcask.operator.schedule.notification.NightlySchedule.damaged;
import static io.pgcask.operator.schedule.notification.NightlySchedule.damagedCopy;
import static io.pgcask.operator.schedule.notification.NightlySchedule.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Location;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import io.pgcask.operator.schedule.health.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class HappeningsTest {

  private static final Instant NIGHT = Instant.parse("2026-11-26T02:31:00Z");

  private BackupSchedule schedule = NightlySchedule.withBoth();
  private final List<Backup> children = new ArrayList<>();
  private Instant now = night(9);

  /** The look of a reconciler, whose status is written. */
  private Happenings look(Optional<Instant> overdueSince) {
    return look(NightlySchedule.health(children, overdueSince, now));
  }

  private Happenings look(ScheduleHealth health) {
    var happenings = Happenings.since(schedule, children, health, now);
    schedule =
        NightlySchedule.after(
            schedule, OutboxPlan.of(schedule, happenings, List.of(), failing -> false));
    return happenings;
  }

  private List<NotificationEvent> events() {
    return look(Optional.empty()).events().stream().map(PendingDelivery::event).toList();
  }

  private static Backup with(Backup backup, UnaryOperator<BackupStatusBuilder> change) {
    backup.setStatus(change.apply(BackupStatusBuilder.builder(backup.getStatus())).build());
    return backup;
  }

  private static Backup partial(Backup backup) {
    return with(backup, status -> status.partial(List.of("Subscriptions")));
  }

  private static Instant night(int number) {
    return NIGHT.plus(Duration.ofDays(number));
  }

  @Test
  void whatWasBeforeTheFirstReceiverIsHistory() {
    // Given
    children.add(completed("a", night(0)));
    children.add(failed("b", night(1)));

    // Then
    assertThat(look(Optional.of(night(1))))
        .satisfies(
            first -> {
              assertThat(first.events()).isEmpty();
              assertThat(first.heartbeat()).isEmpty();
            });
    assertThat(look(Optional.of(night(1))).events()).isEmpty();

    // but who learns of receivers while it is bad hears when it is good
    children.add(completed("c", night(2)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
  }

  @Test
  void eachBackupIsToldOnceAndTheFirstGoodOneAfterFailuresIsTheRecovery() {
    assertThat(events()).isEmpty();

    children.add(completed("a", night(0)));
    assertThat(events()).containsExactly(COMPLETED);
    assertThat(events()).isEmpty();

    children.add(failed("b", night(1)));
    children.add(failed("c", night(2)));
    var failures = look(Optional.empty());
    assertThat(failures.events())
        .extracting(PendingDelivery::event, PendingDelivery::consecutiveFailures)
        .containsExactly(tuple(FAILED, 1), tuple(FAILED, 2));
    assertThat(failures.events().getLast())
        .satisfies(
            event -> {
              assertThat(event.lastSuccessfulTime()).isEqualTo(night(0));
              assertThat(event.backup()).isEqualTo("c");
              assertThat(event.connection()).isEqualTo("shop");
              assertThat(event.reason()).isEqualTo("DumpFailed");
            });

    children.add(completed("d", night(3)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
    children.add(completed("e", night(4)));
    assertThat(events()).containsExactly(COMPLETED);
  }

  @Test
  void whatIsDeletedMakesNothingHappen() {
    children.add(completed("a", night(0)));
    children.add(failed("b", night(1)));
    assertThat(events()).isEmpty();
    children.clear();
    assertThat(events()).isEmpty();
    children.add(completed("c", night(2)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
  }

  @Test
  void whatEndedEarlierButIsSeenLaterIsToldAndChangesNothingElse() {
    assertThat(events()).isEmpty();
    children.add(completed("late", night(2)));
    assertThat(events()).containsExactly(COMPLETED);

    // a failure behind a good one is nothing to recover from
    children.add(failed("early", night(1)));
    assertThat(events()).containsExactly(FAILED);
    children.add(completed("next", night(3)));
    assertThat(events()).containsExactly(COMPLETED);

    // a good one behind a failure mends nothing
    children.add(failed("bad", night(5)));
    assertThat(events()).containsExactly(FAILED);
    children.add(completed("before", night(4)));
    assertThat(events()).containsExactly(COMPLETED);
    children.add(completed("after", night(6)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
  }

  @Test
  void beingOverdueIsToldOnceForAsLongAsItLasts() {
    assertThat(events()).isEmpty();
    children.add(completed("a", night(0)));
    assertThat(events()).containsExactly(COMPLETED);

    var overdue = look(Optional.of(night(1)));
    assertThat(overdue.events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.event()).isEqualTo(OVERDUE);
              assertThat(event.time()).isEqualTo(night(1));
              assertThat(event.message()).contains(night(0).toString());
              assertThat(event.backup()).isNull();
            });
    assertThat(look(Optional.of(night(1))).events()).isEmpty();
    assertThat(look(Optional.of(night(2))).events()).as("a changed maxAge").isEmpty();

    children.add(completed("b", night(3)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
    assertThat(look(Optional.of(night(4))).events())
        .extracting(PendingDelivery::event)
        .containsExactly(OVERDUE);
  }

  @Test
  void aBackupThatIsFoundDamagedLaterIsAFailure() {
    assertThat(events()).isEmpty();
    children.add(completed("a", night(0)));
    assertThat(events()).containsExactly(COMPLETED);
    children.set(0, damaged("a", night(0), night(1)));
    var found = look(Optional.empty());
    assertThat(found.events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.event()).isEqualTo(FAILED);
              assertThat(event.reason()).isEqualTo("VerificationFailed");
              assertThat(event.time()).isEqualTo(night(1));
            });
    assertThat(found.heartbeat()).isEmpty();
    assertThat(events()).isEmpty();
  }

  @Test
  void whatRanBeforeItWasRestoredByAToolIsNoNews() {
    assertThat(events()).isEmpty();
    children.add(backup("velero", BackupPhase.FAILED, "AlreadyRan", "", night(0)));
    children.add(backup("runs", BackupPhase.RUNNING, "Running", "", null));
    children.add(backup("expired", BackupPhase.EXPIRED, "Expired", "", night(0)));
    assertThat(events()).isEmpty();
  }

  /** Nothing that a Backup was asked for may be missing in what ends an alarm. */
  @Test
  void aPartialOneIsCompletedAndEndsNoAlarm() {
    assertThat(events()).isEmpty();
    children.add(partial(completed("a", night(0))));
    var first = look(Optional.of(night(1)));
    assertThat(first.heartbeat()).isEmpty();
    assertThat(first.events())
        .extracting(PendingDelivery::event, PendingDelivery::message)
        .containsExactly(tuple(COMPLETED, "12 tables"), tuple(OVERDUE, "there is no good Backup"));

    children.add(failed("b", night(2)));
    children.add(partial(completed("c", night(3))));
    assertThat(look(Optional.of(night(1))).events())
        .extracting(PendingDelivery::event)
        .containsExactly(FAILED, COMPLETED);
    children.add(completed("d", night(4)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
  }

  @Test
  void aGoodOneThatIsTooOldAlreadyEndsNoAlarm() {
    assertThat(events()).isEmpty();
    children.add(failed("a", night(0)));
    assertThat(look(Optional.of(night(0))).events())
        .extracting(PendingDelivery::event)
        .containsExactly(FAILED, OVERDUE);

    // a run that took longer than maxAgeOfLastSuccess
    children.add(completed("b", night(2)));
    var late = look(Optional.of(night(0)));
    assertThat(late.events()).extracting(PendingDelivery::event).containsExactly(COMPLETED);
    assertThat(late.heartbeat()).isPresent();
    assertThat(look(Optional.of(night(0))).events()).isEmpty();

    children.add(completed("c", night(3)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
    assertThat(events()).isEmpty();
  }

  @Test
  void overdueCanEndWithoutABackupAndIsToldOnce() {
    assertThat(events()).isEmpty();
    children.add(completed("a", night(0)));
    assertThat(look(Optional.of(night(1))).events()).hasSize(2);

    var over = look(Optional.empty());
    assertThat(over.events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.event()).isEqualTo(RECOVERED);
              assertThat(event.time()).isEqualTo(now);
              assertThat(event.backup()).isNull();
              assertThat(event.message()).contains("young enough");
            });
    assertThat(over.heartbeat()).isEmpty();
    assertThat(events()).isEmpty();
    assertThat(look(Optional.of(night(5))).events())
        .singleElement()
        .satisfies(event -> assertThat(event.event()).isEqualTo(OVERDUE));

    // but not while Backups fail
    children.add(failed("b", night(6)));
    assertThat(events()).containsExactly(FAILED);
    children.add(completed("c", night(7)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
  }

  /** Not since somebody asks for less, or does not ask any more. */
  @Test
  void overdueDoesNotEndSinceTheObjectiveIsTakenAway() {
    assertThat(events()).isEmpty();
    assertThat(look(Optional.of(night(0))).events()).hasSize(1);
    for (var reason : List.of(Reason.LAST_BACKUP_SUCCEEDED, Reason.NO_BACKUP_YET)) {
      var health = NightlySchedule.health(children, Optional.empty(), now);
      var other =
          new ScheduleHealth(
              Verdict.unknown(Condition.HEALTHY, reason, ""),
              health.sizeAnomaly(),
              health.changesAt(),
              health.overdueSince(),
              health.lastSuccessfulTime(),
              health.lastFailureTime(),
              health.consecutiveFailures(),
              health.recentRuns(),
              health.damaged());
      assertThat(look(other).events()).isEmpty();
    }
    children.add(completed("a", night(1)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
  }

  @Test
  void beingOverdueSinceTheSameTimeAgainIsAnotherEvent() {
    assertThat(events()).isEmpty();
    children.add(completed("a", night(0)));
    var first = look(Optional.of(night(1))).events().getLast();
    children.add(completed("b", night(2)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
    children.removeLast();

    var second = look(Optional.of(night(1))).events().getLast();
    assertThat(second.event()).isEqualTo(OVERDUE);
    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  void whatWasImportedIsNoNews() {
    assertThat(events()).isEmpty();
    var imported = completed("imported", night(0));
    imported.setSpec(
        BackupSpecBuilder.builder(imported.getSpec())
            .imported(
                new Location(new Storage(null, new Storage.PersistentVolumeClaim("c", null)), "p"))
            .build());
    children.add(imported);
    assertThat(look(Optional.empty()).heartbeat()).isEmpty();
    assertThat(events()).isEmpty();
  }

  @Test
  void aCopyThatIsFoundDamagedIsAFailure() {
    assertThat(events()).isEmpty();
    children.add(damagedCopy("a", night(0), night(1)));
    assertThat(look(Optional.of(night(0))).events())
        .extracting(PendingDelivery::event, PendingDelivery::time, PendingDelivery::message)
        .containsExactly(
            tuple(FAILED, night(1), "the copy in s3://other is damaged"),
            tuple(OVERDUE, night(0), "there is no good Backup"));
  }

  @Test
  void whatWasCopiedWithItsStatusIsNoNews() {
    assertThat(events()).isEmpty();
    var path = "shop/db/20260301-020000-0a1b2c3d"; // which ends with the original's UID
    children.add(
        with(
            completed("copied", night(0)),
            status ->
                status.resolved(
                    new BackupStatus.Resolved(null, null, null, null, path, null, null))));
    assertThat(look(Optional.empty()))
        .satisfies(
            happenings -> {
              assertThat(happenings.events()).isEmpty();
              assertThat(happenings.heartbeat()).isEmpty();
            });
  }

  /** It neither ends an alarm, nor keeps one. */
  @Test
  void whatAClockThatWasAheadHasWrittenEndsWhenItWasCreated() {
    assertThat(events()).isEmpty();
    children.add(failed("ahead", night(400)));
    assertThat(events()).containsExactly(FAILED);
    children.add(completed("good", night(1)));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
    children.add(completed("ahead too", night(400)));
    children.add(failed("bad", night(2)));
    assertThat(look(Optional.empty()).events())
        .extracting(PendingDelivery::event, PendingDelivery::consecutiveFailures)
        .containsExactly(tuple(COMPLETED, 0), tuple(FAILED, 1));
  }

  /** Also what the clock made history while it was ahead. */
  @Test
  void whatHappensAfterTheClockWasPutRightIsTold() {
    var real = now;
    now = night(400);
    assertThat(events()).isEmpty();
    for (int i = 0; i < 2 * Happenings.SEEN_MAX; i++) {
      children.add(failed("b-" + i, now.minusSeconds(100 - i)));
    }
    assertThat(events()).hasSize(2 * Happenings.SEEN_MAX);
    assertThat(schedule.getStatus().notified().until()).isAfter(real);

    now = real;
    assertThat(events()).as("nothing twice").isEmpty();
    now = real.plusSeconds(60);
    children.add(completed("new", now));
    assertThat(events()).containsExactly(COMPLETED, RECOVERED);
    assertThat(events()).isEmpty();
  }

  /** Else everything up to that time would be history. */
  @Test
  void whatAClockThatWasAheadHasWrittenHidesNothing() {
    assertThat(events()).isEmpty();
    children.add(completed("ahead", night(400)));
    assertThat(events()).containsExactly(COMPLETED);
    for (int i = 0; i < 2 * Happenings.SEEN_MAX; i++) {
      children.add(failed("b-" + i, night(1).plusSeconds(i)));
      assertThat(events()).containsExactly(FAILED);
    }
    children.add(failed("new", night(2)));
    assertThat(events()).containsExactly(FAILED);
    assertThat(events()).isEmpty();
  }

  @Test
  void theStateIsBoundedAndWhatFallsOutOfItIsHistory() {
    for (int i = 0; i < 200; i++) {
      children.add(completed("b-" + i, NIGHT.plusSeconds(i)));
    }
    assertThat(events()).isEmpty();
    assertThat(schedule.getStatus().notified().seen()).hasSize(Happenings.SEEN_MAX);
    assertThat(events()).isEmpty();

    children.add(failed("ancient", NIGHT.plusSeconds(3)));
    assertThat(events()).isEmpty();
    children.add(failed("new", NIGHT.plusSeconds(300)));
    assertThat(events()).containsExactly(FAILED);
  }

  @Test
  void manyAtOnceAreEachTold() {
    assertThat(events()).isEmpty();
    for (int i = 0; i < 100; i++) {
      children.add(failed("b-" + i, NIGHT.plusSeconds(i)));
    }
    assertThat(events()).hasSize(100).containsOnly(FAILED);
    assertThat(events()).isEmpty();
  }

  @Test
  void theHeartbeatIsThatOfTheNewestGoodOne() {
    assertThat(events()).isEmpty();
    children.add(completed("b", night(1)));
    children.add(completed("a", night(0)));
    children.add(failed("c", night(2)));
    assertThat(look(Optional.empty()).heartbeat())
        .hasValueSatisfying(beat -> assertThat(beat.backup()).isEqualTo("b"));
  }
}
