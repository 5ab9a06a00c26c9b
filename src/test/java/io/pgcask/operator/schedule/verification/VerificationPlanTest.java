package io.pgcask.operator.schedule.verification;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.damaged;
import static io.pgcask.operator.schedule.ScheduleFixture.failed;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.LastHandled;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.api.v1alpha1.VerificationStatusBuilder;
import io.pgcask.operator.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VerificationPlanTest {

  /** At noon of each day. */
  private static final String NEWEST = "verification: {schedule: '0 12 * * *', level: Parse}";

  private static final String ALL =
      "verification: {schedule: '0 12 * * *', level: Parse, sample: All}";

  private static Instant noon(int day) {
    return Instant.parse("2026-03-%02dT12:00:00Z".formatted(day));
  }

  private static String value(int day) {
    return "Parse/2026-03-%02dT12:00:00Z".formatted(day);
  }

  /** What the slots before that day have come to stands in the status. */
  private static BackupSchedule since(int day, String verification) {
    return with(schedule(verification), status -> status.lastVerificationTime(noon(day)));
  }

  private static VerificationPlan plan(BackupSchedule schedule, Instant now, Backup... children) {
    return VerificationPlan.of(schedule, List.of(children), now);
  }

  private static Backup asked(Backup backup, String value) {
    backup.getMetadata().getAnnotations().put(Labels.VERIFY, value);
    return backup;
  }

  private static Backup answered(Backup backup, String value, Instant at) {
    return change(
        asked(backup, value),
        status -> status.lastHandled(new LastHandled(value)).verification(verified(at)));
  }

  private static io.pgcask.api.v1alpha1.VerificationStatus verified(Instant at) {
    return VerificationStatusBuilder.builder()
        .level(VerificationLevel.PARSE)
        .result(VerificationResult.PASSED)
        .time(at)
        .build();
  }

  private static Backup change(Backup backup, Consumer<BackupStatusBuilder> change) {
    var builder = BackupStatusBuilder.builder(backup.getStatus());
    change.accept(builder);
    backup.setStatus(builder.build());
    return backup;
  }

  private static void assertAsks(VerificationPlan plan, String backup, String value) {
    assertThat(plan.ask()).isPresent();
    assertThat(plan.ask().get().backup().getMetadata().getName()).isEqualTo(backup);
    assertThat(plan.ask().get().value()).isEqualTo(value);
  }

  private static void assertDone(VerificationPlan plan, Instant slot) {
    assertThat(plan.ask()).isEmpty();
    assertThat(plan.last()).contains(slot);
  }

  @Test
  void asksForNothingUnlessTheSpecDoes() {
    var plan = plan(schedule(), noon(9), backup(8));

    assertThat(plan.ask()).isEmpty();
    assertThat(plan.next()).isEmpty();
    assertThat(plan.invalid()).isEmpty();
  }

  @Test
  void asksForTheNewestAtItsSlotAndForNothingBefore() {
    var early = plan(since(8, NEWEST), noon(9).minusSeconds(1), backup(8), backup(9));
    var due = plan(since(8, NEWEST), noon(9), backup(8), backup(9));

    assertDone(early, noon(8));
    assertThat(early.next()).contains(noon(9));
    assertAsks(due, "nightly-09", value(9));
    assertThat(due.last()).contains(noon(8));
    assertThat(due.next()).contains(noon(10));
  }

  @Test
  void takesTheSlotsOfItsTimeZone() {
    var berlin = with(schedule(NEWEST, "timeZone: Europe/Berlin"), status -> {});

    assertThat(plan(berlin, noon(9), backup(8)).next()).contains(noon(10).minusSeconds(3600));
  }

  @Test
  void readsInHashUnlessToldOtherwise() {
    var plan = plan(schedule("verification: {schedule: '@daily'}"), noon(9), backup(8));

    assertThat(plan.ask().orElseThrow().value()).isEqualTo("Hash/2026-03-09T00:00:00Z");
  }

  @Test
  void ofMissedSlotsOnlyTheNewestIsMadeUpFor() {
    assertAsks(plan(since(2, NEWEST), noon(9).plusSeconds(99), backup(8)), "nightly-08", value(9));
  }

  @Test
  void waitsForTheAnswerAndIsDoneWithItEvenIfANewerBackupHasComeSince() {
    // Given
    var schedule = since(8, NEWEST);

    // When, Then
    var waiting = plan(schedule, noon(9), backup(8), asked(backup(9), value(9)));
    assertDone(waiting, noon(8));
    var done = plan(schedule, noon(9), answered(backup(9), value(9), noon(9)), backup(10));
    assertDone(done, noon(9));
  }

  @Test
  void neverTouchesTheRequestOfAPerson() {
    // Given
    var schedule = since(8, NEWEST);

    // When, Then
    assertThat(plan(schedule, noon(9), asked(backup(9), "Restore")).ask()).isEmpty();
    assertThat(plan(schedule, noon(9), asked(backup(8), "Restore"), backup(9)).ask()).isEmpty();
    assertAsks(
        plan(schedule, noon(9), answered(backup(9), "Restore", noon(8))), "nightly-09", value(9));
  }

  @Test
  void passesOverWhatIsNotThereOrWillNotBe() {
    // Given
    var leaving = backup(20);
    leaving.getMetadata().setDeletionTimestamp(noon(8).toString());
    var running = backup(19, status -> status.phase(BackupPhase.RUNNING).completionTime(null));
    var expiring = backup(18, status -> status.expirationTime(noon(9)));
    var expired = backup(17, status -> status.phase(BackupPhase.EXPIRED));
    var held = backup(7, status -> status.expirationTime(noon(8)));
    held.setSpec(BackupSpecBuilder.builder(held.getSpec()).hold(true).build());

    // When
    var plan =
        plan(
            since(8, NEWEST),
            noon(9),
            leaving,
            running,
            expiring,
            expired,
            failed(16),
            damaged(15),
            held);

    // Then
    assertAsks(plan, "nightly-07", value(9));
    assertDone(plan(since(8, NEWEST), noon(9), leaving, failed(16), damaged(15)), noon(9));
  }

  @Test
  void ofAllTheLongestUnverifiedComesFirstAndThoseOfLaterAreLeftOut() {
    // Given
    var schedule = since(8, ALL);
    var older = backup(5, status -> status.verification(verified(noon(7))));
    var never = backup(6);
    var oldest = backup(7, status -> status.verification(verified(noon(2))));
    var later = change(backup(9), status -> status.completionTime(noon(9).plusSeconds(5)));

    // When, Then one after the other
    var now = noon(9).plusSeconds(60);
    assertAsks(plan(schedule, now, older, never, oldest, later), "nightly-06", value(9));
    answered(never, value(9), now);
    assertAsks(plan(schedule, now, older, never, oldest, later), "nightly-07", value(9));
    asked(oldest, value(9));
    assertDone(plan(schedule, now, older, never, oldest, later), noon(8));
    answered(oldest, value(9), now);
    assertAsks(plan(schedule, now, older, never, oldest, later), "nightly-05", value(9));
    // and one that a person had read as well since the slot
    change(older, status -> status.verification(verified(now)));
    assertDone(plan(schedule, now, older, never, oldest, later), noon(9));
  }

  @Test
  void saysWhyASlotNeverComes() {
    var plan = plan(schedule("verification: {schedule: '0 0 30 2 *'}"), noon(9), backup(8));

    assertThat(plan.ask()).isEmpty();
    assertThat(plan.invalid().orElseThrow()).contains("verification.schedule", "never fires");
  }

  /** Each Backup of a slot is asked for once, whatever operator looks how often. */
  @Property(tries = 200)
  void asksOnceForEachAndEnds(@ForAll @IntRange(min = 0, max = 8) int number) {
    // Given
    var schedule = since(8, ALL);
    var children = new ArrayList<Backup>();
    for (int day = 1; day <= number; day++) {
      children.add(backup(day));
    }
    var now = noon(9);
    var seen = new ArrayList<String>();

    // When
    for (int i = 0; i < 20; i++) {
      var plan = VerificationPlan.of(schedule, children, now);
      assertThat(VerificationPlan.of(schedule, children, now)).isEqualTo(plan);
      plan.ask()
          .ifPresent(
              ask -> {
                seen.add(ask.backup().getMetadata().getName());
                asked(ask.backup(), ask.value());
              });
      with(schedule, (BackupScheduleStatusBuilder status) -> plan.addTo(status));
      assertThat(VerificationPlan.of(schedule, children, now).ask()).isEmpty();
      now = now.plus(Duration.ofMinutes(1));
      for (var child : children) {
        var value = child.getMetadata().getAnnotations().get(Labels.VERIFY);
        if (value != null && child.getStatus().lastHandled() == null) {
          answered(child, value, now);
        }
      }
    }

    // Then
    assertThat(seen).hasSize(number).doesNotHaveDuplicates();
    assertThat(schedule.getStatus().lastVerificationTime()).isEqualTo(noon(9));
  }

  @Test
  void aClockThatWasAheadDoesNotKeepItQuiet() {
    var schedule = since(28, NEWEST);

    var now = noon(9).plusSeconds(60);
    assertDone(plan(schedule, now, backup(9)), now);

    with(schedule, status -> status.lastVerificationTime(now));
    assertAsks(plan(schedule, noon(10), backup(9)), "nightly-09", value(10));
  }
}
