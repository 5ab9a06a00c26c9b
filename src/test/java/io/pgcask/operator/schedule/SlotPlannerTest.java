package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleSpecBuilder;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.ConcurrencyPolicy;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.status.Conditions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SlotPlannerTest {

  private static final Instant CREATED = Instant.parse("2026-11-26T12:30:00Z");
  private static final Instant ONE = Instant.parse("2026-11-26T13:00:00Z");
  private static final Instant TWO = Instant.parse("2026-11-26T14:00:00Z");
  private static final Instant FOUR = Instant.parse("2026-11-26T16:00:00Z");

  private final List<Backup> children = new ArrayList<>();
  private BackupSchedule schedule;

  private void given(UnaryOperator<BackupScheduleSpecBuilder> settings) {
    schedule = Schedules.of(CREATED, "0 * * * *", settings);
  }

  private void given() {
    given(UnaryOperator.identity());
  }

  private SlotHistory history(Instant now) {
    return SlotHistory.of(schedule, Timetable.of(schedule), now);
  }

  private Plan plan(Instant now) {
    return SlotPlanner.plan(schedule, history(now), children, now);
  }

  /** Writes the status as the reconciler does. */
  private void after(Outcome.Settled outcome, Instant now) {
    schedule.setStatus(ScheduleStatusFactory.of(schedule, history(now), children, outcome, now));
  }

  private void afterStart(Instant now) {
    var start = (Plan.Start) plan(now);
    after(new Outcome.Created(start.run(), start.missed()), now);
  }

  private void change(UnaryOperator<BackupScheduleSpecBuilder> settings) {
    schedule.setSpec(settings.apply(BackupScheduleSpecBuilder.builder(schedule.getSpec())).build());
  }

  private static Run slot(Instant time, String name) {
    return new Run(name, time, new Run.Cause.Slot());
  }

  @Test
  void nothingIsDueBeforeTheFirstSlot() {
    given();
    assertThat(plan(CREATED)).isEqualTo(new Plan.Nothing());
    assertThat(plan(ONE.minusSeconds(1))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void aSlotIsDueWhenItComesAndNotAgain() {
    given();
    assertThat(plan(ONE)).isEqualTo(new Plan.Start(slot(ONE, "nightly-20261126-1300"), 0));
    afterStart(ONE);
    assertThat(plan(ONE)).isEqualTo(new Plan.Nothing());
    assertThat(plan(TWO.minusSeconds(1))).isEqualTo(new Plan.Nothing());
    assertThat(plan(TWO)).isInstanceOf(Plan.Start.class);
  }

  @Test
  void afterADowntimeTheNewestSlotIsCaughtUpAndTheOthersAreCounted() {
    given();
    assertThat(plan(FOUR.plusSeconds(1200)))
        .isEqualTo(new Plan.Start(slot(FOUR, "nightly-20261126-1600"), 3));
    afterStart(FOUR.plusSeconds(1200));
    assertThat(schedule.getStatus().missedRuns()).isEqualTo(3);
    assertThat(plan(FOUR.plusSeconds(1201))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void aLongDowntimeIsNotCountedToItsEnd() {
    given();
    assertThat(plan(ONE.plusSeconds(86_400L * 365)))
        .isInstanceOfSatisfying(
            Plan.Start.class, start -> assertThat(start.missed()).isEqualTo(100));
  }

  @Test
  void pastItsDeadlineASlotIsMissed() {
    given(spec -> spec.startingDeadlineSeconds(600));
    assertThat(plan(TWO.plusSeconds(600))).isInstanceOf(Plan.Start.class);
    assertThat(plan(TWO.plusSeconds(601))).isEqualTo(new Plan.Miss(TWO, 2));
    after(new Outcome.Missed(TWO, 2), TWO.plusSeconds(601));
    assertThat(schedule.getStatus().missedRuns()).isEqualTo(2);
    assertThat(plan(TWO.plusSeconds(602))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void anEarlierBackupThatHasNotEndedForbidsTheSlot() {
    given();
    children.add(Schedules.backup("nightly-20261126-1300", BackupPhase.PENDING, null));
    assertThat(plan(TWO)).isInstanceOf(Plan.Skip.class);
    after(new Outcome.Skipped(TWO, "", 1), TWO);
    assertThat(schedule.getStatus().skippedRuns()).isEqualTo(1);
    assertThat(plan(TWO)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void thatOfTheSlotItselfDoesNot() {
    given();
    children.add(Schedules.backup("nightly-20261126-1400", BackupPhase.RUNNING, null));
    assertThat(plan(TWO)).isInstanceOf(Plan.Start.class);
  }

  @Test
  void allowLetsBothRun() {
    given(spec -> spec.concurrencyPolicy(ConcurrencyPolicy.ALLOW));
    children.add(Schedules.backup("nightly-20261126-1300", BackupPhase.RUNNING, null));
    assertThat(plan(TWO)).isInstanceOf(Plan.Start.class);
  }

  @Test
  void replaceWaitsForTheEndOfTheEarlierOneAlsoBeyondTheDeadline() {
    given(spec -> spec.concurrencyPolicy(ConcurrencyPolicy.REPLACE).startingDeadlineSeconds(10));
    var earlier = Schedules.backup("nightly-20261126-1300", BackupPhase.RUNNING, null);
    children.add(earlier);
    assertThat(plan(TWO)).isInstanceOf(Plan.Replace.class);
    earlier.setSpec(BackupSpecBuilder.builder().cancel(true).build());
    assertThat(plan(TWO.plusSeconds(11))).isInstanceOf(Plan.Replace.class);
    children.set(
        0, Schedules.backup("nightly-20261126-1300", BackupPhase.FAILED, TWO.plusSeconds(12)));
    children.getFirst().setSpec(BackupSpecBuilder.builder().cancel(true).build());
    assertThat(plan(TWO.plusSeconds(13))).isInstanceOf(Plan.Start.class);
  }

  @Test
  void whileSuspendedNothingIsDueAndNothingIsCaughtUpAfterwards() {
    given(spec -> spec.suspend(true));
    after(new Outcome.Quiet(), CREATED);
    assertThat(plan(FOUR)).isEqualTo(new Plan.Nothing());
    change(spec -> spec.suspend(false));
    assertThat(plan(FOUR.plusSeconds(60))).isEqualTo(new Plan.Nothing());
    after(new Outcome.Quiet(), FOUR.plusSeconds(60));
    assertThat(schedule.getStatus().missedRuns()).isNull();
    assertThat(plan(FOUR.plusSeconds(3600)))
        .isEqualTo(new Plan.Start(slot(FOUR.plusSeconds(3600), "nightly-20261126-1700"), 0));
  }

  @Test
  void anotherTimeZoneCountsFromNowOn() {
    given(spec -> spec.schedule("30 15 * * *"));
    after(new Outcome.Quiet(), CREATED);
    // 15:30 in Berlin was at 14:30
    change(spec -> spec.timeZone("Europe/Berlin"));
    var now = Instant.parse("2026-11-26T14:40:00Z");
    assertThat(plan(now)).isEqualTo(new Plan.Nothing());
    after(new Outcome.Quiet(), now);
    assertThat(schedule.getStatus().nextScheduleTime())
        .isEqualTo(Instant.parse("2026-11-27T14:30:00Z"));
  }

  @Test
  void immediateMakesOneWhenTheScheduleIsNew() {
    given(spec -> spec.immediate(true));
    var run = new Run("nightly-20261126-1230", CREATED, new Run.Cause.Immediate());
    assertThat(plan(CREATED.plusSeconds(1))).isEqualTo(new Plan.Start(run, 0));
    afterStart(CREATED.plusSeconds(1));
    assertThat(plan(CREATED.plusSeconds(2))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void butNotWhenItIsSetLater() {
    given();
    after(new Outcome.Quiet(), CREATED);
    change(spec -> spec.immediate(true));
    assertThat(plan(CREATED.plusSeconds(5))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void aSlotThatIsDueAnywayServesAsTheImmediateOne() {
    given(spec -> spec.immediate(true));
    assertThat(plan(ONE)).isEqualTo(new Plan.Start(slot(ONE, "nightly-20261126-1300"), 0));
    afterStart(ONE);
    assertThat(plan(ONE)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void runNowRunsOncePerValueAlsoWhileSuspendedAndBesideAnother() {
    given(spec -> spec.suspend(true));
    children.add(Schedules.backup("nightly-20261126-1200", BackupPhase.RUNNING, null));
    schedule.getMetadata().setAnnotations(Map.of(Labels.RUN_NOW, "before the upgrade"));
    var start = (Plan.Start) plan(CREATED);
    assertThat(start.run().name()).matches("nightly-now-[0-9a-f]{8}");
    afterStart(CREATED);
    assertThat(schedule.getStatus().lastHandled().runNow()).isEqualTo("before the upgrade");
    assertThat(schedule.getStatus().handledUntil()).isNull();
    assertThat(plan(CREATED.plusSeconds(1))).isEqualTo(new Plan.Nothing());
    schedule.getMetadata().setAnnotations(Map.of(Labels.RUN_NOW, "after it"));
    assertThat(((Plan.Start) plan(CREATED)).run().name()).isNotEqualTo(start.run().name());
  }

  @Test
  void whatTheServerRefusesStaysDue() {
    given();
    var start = (Plan.Start) plan(ONE);
    after(new Outcome.Refused(start.run(), "exceeded quota"), ONE);
    assertThat(plan(ONE.plusSeconds(60))).isEqualTo(start);
    assertThat(schedule.getStatus().conditions())
        .filteredOn(condition -> condition.type().equals(Condition.READY))
        .singleElement()
        .satisfies(ready -> assertThat(ready.reason()).isEqualTo("BackupRefused"));
  }

  @Test
  void jitterIsTheSameForEverySlotAndWithinBounds() {
    given(spec -> spec.jitterSeconds(900));
    var lateness = Timetable.of(schedule).lateness();
    assertThat(lateness.toSeconds()).isBetween(1L, 900L);
    assertThat(plan(ONE.plus(lateness).minusSeconds(1))).isEqualTo(new Plan.Nothing());
    assertThat(plan(ONE.plus(lateness)))
        .isEqualTo(new Plan.Start(slot(ONE, "nightly-20261126-1300"), 0));
    afterStart(ONE.plus(lateness));
    assertThat(schedule.getStatus().nextScheduleTime()).isEqualTo(TWO.plus(lateness));
    assertThat(plan(TWO.plus(lateness))).isInstanceOf(Plan.Start.class);
  }

  @Test
  void noSlotIsPromisedThatIsHistory() {
    // Given
    given(spec -> spec.jitterSeconds(1800).suspend(true));
    after(new Outcome.Quiet(), CREATED);
    change(spec -> spec.suspend(false));
    var lateness = Timetable.of(schedule).lateness();
    var now = ONE.plus(lateness.dividedBy(2));

    // When
    after(new Outcome.Quiet(), now);

    // Then
    assertThat(lateness).isGreaterThan(Duration.ofSeconds(2));
    assertThat(plan(ONE.plus(lateness))).isEqualTo(new Plan.Nothing());
    assertThat(schedule.getStatus().nextScheduleTime()).isEqualTo(TWO.plus(lateness));
  }

  private String ready() {
    return schedule.getStatus().conditions().stream()
        .filter(condition -> condition.type().equals(Condition.READY))
        .map(Condition::reason)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theImmediateOneStaysDueWhenTheServerRefusesIt() {
    given(spec -> spec.immediate(true));
    var start = (Plan.Start) plan(CREATED.plusSeconds(1));
    after(new Outcome.Refused(start.run(), "exceeded quota"), CREATED.plusSeconds(1));
    assertThat(plan(CREATED.plusSeconds(61))).isEqualTo(start);
    afterStart(CREATED.plusSeconds(61));
    assertThat(plan(CREATED.plusSeconds(62))).isEqualTo(new Plan.Nothing());
    assertThat(ready()).isEqualTo("Scheduled");
  }

  /** A webhook that does not answer: neither the slots nor the immediate one have to do with it. */
  @Test
  void aRunNowThatCouldNotBeAnsweredStaysDue() {
    given(spec -> spec.immediate(true).suspend(true));
    after(new Outcome.Quiet(), CREATED);
    ask("now");
    var asked = (Plan.Start) plan(CREATED.plusSeconds(1));
    after(new Outcome.Refused(asked.run(), "no webhook"), CREATED.plusSeconds(1));
    assertThat(schedule.getStatus().conditions().getFirst().message()).contains("no webhook");
    change(spec -> spec.suspend(false));
    assertThat(((Plan.Start) plan(CREATED.plusSeconds(60))).run().name())
        .isEqualTo(asked.run().name());
    after(new Outcome.Refused(asked.run(), "no webhook"), CREATED.plusSeconds(60));
    assertThat(ready()).isEqualTo("Scheduled");
    afterStart(CREATED.plusSeconds(120));
    assertThat(plan(CREATED.plusSeconds(121))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void theImmediateOneComesOnceTheScheduleIsValid() {
    given(spec -> spec.immediate(true));
    var start = plan(CREATED.plusSeconds(1));
    var invalid = ScheduleStatusFactory.invalid(schedule, children, "never fires", CREATED);
    schedule.setStatus(invalid);
    assertThat(plan(CREATED.plusSeconds(61))).isEqualTo(start);
    afterStart(CREATED.plusSeconds(61));
    assertThat(plan(CREATED.plusSeconds(62))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void anImmediateOneWhoseNameIsTakenMakesNoHistoryDueAgain() {
    given(spec -> spec.immediate(true).startingDeadlineSeconds(600));
    var start = (Plan.Start) plan(CREATED.plusSeconds(1));
    after(new Outcome.Refused(start.run(), "exceeded quota"), CREATED.plusSeconds(1));
    var now = TWO.plusSeconds(601);
    after(new Outcome.Missed(TWO, 2), now);
    after(new Outcome.Skipped(start.run().time(), "taken", 0), now);
    assertThat(schedule.getStatus().handledUntil()).isEqualTo(TWO);
  }

  @Test
  void aSlotThatIsTooLateOrForbiddenDoesNotServeAsTheImmediateOne() {
    given(spec -> spec.immediate(true).startingDeadlineSeconds(600));
    var now = TWO.plusSeconds(601);
    assertThat(plan(now))
        .isEqualTo(
            new Plan.Start(
                new Run("nightly-20261126-1230", CREATED, new Run.Cause.Immediate()), 0));
    afterStart(now);
    assertThat(plan(now)).isEqualTo(new Plan.Miss(TWO, 2));
    after(new Outcome.Missed(TWO, 2), now);
    assertThat(plan(now)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void theImmediateOneDoesNotMakeHistoryDueAgain() {
    given(spec -> spec.immediate(true));
    var start = (Plan.Start) plan(CREATED.plusSeconds(1));
    after(new Outcome.Refused(start.run(), "exceeded quota"), CREATED.plusSeconds(1));
    change(spec -> spec.schedule("30 * * * *"));
    var now = TWO.plusSeconds(2400);
    afterStart(now);
    assertThat(schedule.getStatus().handledUntil()).isEqualTo(now);
    assertThat(plan(now.plusSeconds(1))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void whatWasSuspendedCatchesUpNothingWhateverReadySaid() {
    given(spec -> spec.suspend(true).immediate(true));
    after(new Outcome.Quiet(), CREATED);
    var status = schedule.getStatus();
    schedule.setStatus(
        BackupScheduleStatusBuilder.builder(status)
            .conditions(
                Conditions.from(status.conditions(), 1L, CREATED)
                    .stalled(Reason.INVALID_SCHEDULE, "verification.schedule never fires")
                    .list())
            .build());
    change(spec -> spec.suspend(false));
    assertThat(plan(FOUR)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void aClockThatWasAheadDoesNotKeepTheScheduleQuiet() {
    given();
    var ahead = ONE.plusSeconds(86_400L * 365);
    after(new Outcome.Quiet(), CREATED);
    afterStart(ahead);
    assertThat(plan(ONE.plusSeconds(60))).isEqualTo(new Plan.Nothing());
    after(new Outcome.Quiet(), ONE.plusSeconds(60));
    assertThat(plan(TWO)).isEqualTo(new Plan.Start(slot(TWO, "nightly-20261126-1400"), 0));
  }

  /** As the operator makes it: of a slot by its own clock, created by that of the API server. */
  private void make(Instant now, Duration ahead) {
    var run = ((Plan.Start) plan(now)).run();
    var backup = Schedules.backup(run.name(), BackupPhase.COMPLETED, now, run.time());
    backup.getMetadata().setCreationTimestamp(now.minus(ahead).toString());
    children.add(backup);
    assertThat(((Plan.Start) plan(now)).run()).as("it is there").isEqualTo(run);
    afterStart(now);
    assertThat(plan(now)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void slotsThatAClockUsedThatWasAheadRunWhenTheyCome() {
    // Given
    given();
    var ahead = Duration.ofHours(3);
    for (var slot = ONE; !slot.isAfter(FOUR); slot = slot.plusSeconds(3600)) {
      make(slot, ahead);
    }
    after(new Outcome.Quiet(), FOUR.minus(ahead).plusSeconds(60));

    // When
    make(TWO, Duration.ZERO);
    make(TWO.plusSeconds(3600), Duration.ZERO);
    make(FOUR, Duration.ZERO);
    make(FOUR.plusSeconds(3600), Duration.ZERO);

    // Then
    assertThat(children.stream().skip(4))
        .extracting(child -> child.getMetadata().getName())
        .containsExactly(
            "nightly-20261126-1400-2",
            "nightly-20261126-1500-2",
            "nightly-20261126-1600-2",
            "nightly-20261126-1700");
    assertThat(schedule.getStatus().missedRuns()).isNull();
  }

  @Test
  void theSecondOneIsFoundAlsoWhenTheFirstIsGone() {
    given();
    after(new Outcome.Quiet(), CREATED);
    make(TWO.plusSeconds(3600), Duration.ofHours(2));
    after(new Outcome.Quiet(), ONE.plusSeconds(60));
    make(TWO, Duration.ZERO);
    var run = ((Plan.Start) plan(TWO.plusSeconds(3600))).run();
    assertThat(run.name()).isEqualTo("nightly-20261126-1500-2");
    children.set(0, Schedules.backup(run.name(), BackupPhase.RUNNING, null, TWO.plusSeconds(3600)));
    assertThat(plan(TWO.plusSeconds(3600))).isEqualTo(new Plan.Start(run, 0));
  }

  @Test
  void aClockThatIsPutBackByALittleRunsNothingAgain() {
    given();
    afterStart(ONE);
    var before = schedule.getStatus();
    after(new Outcome.Quiet(), ONE.minusSeconds(1800));
    assertThat(schedule.getStatus().handledUntil()).isEqualTo(before.handledUntil());
    assertThat(plan(ONE.plusSeconds(1))).isEqualTo(new Plan.Nothing());
  }

  @Test
  void aValueOfRunNowThatEndsWithinACharacterIsAnswered() {
    given();
    schedule.getMetadata().setAnnotations(Map.of(Labels.RUN_NOW, "x".repeat(252) + "😀"));
    var asked = ((Run.Cause.Asked) ((Plan.Start) plan(CREATED)).run().cause()).value();
    assertThat(new String(asked.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .as("as the API server gives it back")
        .isEqualTo(asked);
    afterStart(CREATED);
    assertThat(plan(CREATED)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void aValueOfRunNowThatWasUsedBeforeIsDeclined() {
    given();
    schedule.getMetadata().setAnnotations(Map.of(Labels.RUN_NOW, "a"));
    var start = (Plan.Start) plan(CREATED);
    children.add(Schedules.backup(start.run().name(), BackupPhase.COMPLETED, ONE, CREATED));
    assertThat(SlotActions.there(start, children)).isInstanceOf(Outcome.Created.class);
    children.add(Schedules.backup("nightly-now-b", BackupPhase.COMPLETED, TWO, ONE));
    assertThat(SlotActions.there(start, children)).isInstanceOf(Outcome.Declined.class);
  }

  @Test
  void aShortDeadlineLeavesRoomForFurtherAttempts() {
    given();
    var run = slot(ONE, "nightly-20261126-1300");
    assertThat(BackupScheduleReconciler.afterRefusal(schedule, run)).hasMinutes(1);
    change(spec -> spec.startingDeadlineSeconds(30));
    assertThat(BackupScheduleReconciler.afterRefusal(schedule, run)).hasSeconds(10);
  }

  @Test
  void theImmediateOneIsTriedEveryMinuteWhateverTheDeadline() {
    given(spec -> spec.immediate(true).startingDeadlineSeconds(10));
    var run = ((Plan.Start) plan(CREATED)).run();
    assertThat(BackupScheduleReconciler.afterRefusal(schedule, run)).hasMinutes(1);
  }

  private void ask(String value) {
    schedule.getMetadata().setAnnotations(Map.of(Labels.RUN_NOW, value));
  }

  @Test
  void theImmediateOneStaysDueWhateverBecomesOfARunNow() {
    // Given
    given(spec -> spec.immediate(true));
    var immediate = (Plan.Start) plan(CREATED);
    after(new Outcome.Refused(immediate.run(), "exceeded quota"), CREATED);

    // When
    ask("a");
    after(new Outcome.Declined(((Plan.Start) plan(CREATED)).run(), "exceeded quota"), CREATED);
    ask("b");
    afterStart(CREATED);

    // Then
    assertThat(schedule.getStatus().lastHandled().runNow()).isEqualTo("b");
    assertThat(ready()).isEqualTo("BackupRefused");
    assertThat(plan(CREATED)).isEqualTo(immediate);
    afterStart(CREATED);
    assertThat(ready()).isEqualTo("Scheduled");
    assertThat(plan(CREATED)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void ofANewScheduleTheImmediateOneComesBeforeARunNow() {
    given(spec -> spec.immediate(true));
    ask("a");
    assertThat(((Plan.Start) plan(CREATED)).run().cause()).isEqualTo(new Run.Cause.Immediate());
    afterStart(CREATED);
    assertThat(((Plan.Start) plan(CREATED)).run().cause()).isEqualTo(new Run.Cause.Asked("a"));
  }
}
