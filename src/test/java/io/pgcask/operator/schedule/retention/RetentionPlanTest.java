package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.retention.Candidates.damaged;
import static io.pgcask.operator.schedule.retention.Candidates.dated;
import static io.pgcask.operator.schedule.retention.Candidates.expired;
import static io.pgcask.operator.schedule.retention.Candidates.failed;
import static io.pgcask.operator.schedule.retention.Candidates.good;
import static io.pgcask.operator.schedule.retention.Candidates.goodOf;
import static io.pgcask.operator.schedule.retention.Candidates.held;
import static io.pgcask.operator.schedule.retention.Candidates.locked;
import static io.pgcask.operator.schedule.retention.Candidates.partial;
import static io.pgcask.operator.schedule.retention.Candidates.rules;
import static io.pgcask.operator.schedule.retention.Candidates.running;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetentionPlanTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** A Tuesday. */
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

  private static RetentionPlan plan(RetentionRules rules, Candidate... backups) {
    return RetentionPlan.of(rules, ZoneOffset.UTC, false, List.of(backups), NOW);
  }

  private static List<String> removed(RetentionPlan plan) {
    return plan.removals().stream().map(removal -> removal.candidate().name()).toList();
  }

  private static List<String> keptBy(RetentionPlan plan, String name) {
    return plan.decisions().stream()
        .filter(decision -> decision.candidate().name().equals(name))
        .filter(Decision.Keep.class::isInstance)
        .map(decision -> ((Decision.Keep) decision).by())
        .findFirst()
        .orElse(List.of());
  }

  /** One a day at 02:00 up to that day, the newest first. */
  private static Candidate[] daily(String last, int days) {
    return IntStream.range(0, days)
        .mapToObj(back -> good(LocalDate.parse(last).minusDays(back) + "T02:00:00Z"))
        .toArray(Candidate[]::new);
  }

  @Test
  void keepsTheNewest() {
    var plan = plan(rules(spec -> spec.keepLast(2)), daily("2026-03-10", 4));

    assertThat(removed(plan)).containsExactly("2026-03-07T02:00:00Z", "2026-03-08T02:00:00Z");
    assertThat(keptBy(plan, "2026-03-10T02:00:00Z")).containsExactly("minKeep", "keepLast");
    assertThat(plan.removals().getFirst().why()).isEqualTo("no rule keeps it (keepLast 2)");
  }

  @Test
  void keepsTheNewestOfEachDayAndDoesNotCountDaysWithoutOne() {
    var plan =
        plan(
            rules(spec -> spec.keepDaily(2)),
            good("2026-03-10T08:00:00Z"),
            good("2026-03-10T02:00:00Z"),
            good("2026-03-03T20:00:00Z"),
            good("2026-03-03T02:00:00Z"),
            good("2026-03-02T02:00:00Z"));

    assertThat(removed(plan))
        .containsExactly("2026-03-02T02:00:00Z", "2026-03-03T02:00:00Z", "2026-03-10T02:00:00Z");
  }

  @Test
  void grandfatherFatherAndSon() {
    var plan =
        plan(
            rules(spec -> spec.keepDaily(3).keepWeekly(2).keepMonthly(3).keepYearly(2)),
            daily("2026-03-10", 100));

    assertThat(plan.decisions())
        .filteredOn(Decision.Keep.class::isInstance)
        .extracting(decision -> decision.candidate().name().substring(0, 10))
        .containsExactly(
            "2026-03-10", // the newest, of this day, week, month and year
            "2026-03-09",
            "2026-03-08", // a Sunday: the newest of the week before
            "2026-02-28",
            "2026-01-31",
            "2025-12-31");
    assertThat(keptBy(plan, "2026-03-08T02:00:00Z")).containsExactly("keepDaily", "keepWeekly");
    assertThat(keptBy(plan, "2025-12-31T02:00:00Z")).containsExactly("keepYearly");
  }

  @Test
  void daysBeginInTheTimeZoneOfTheSchedule() {
    var backups = List.of(good("2026-03-09T23:30:00Z"), good("2026-03-09T22:30:00Z"));
    var rules = rules(spec -> spec.keepDaily(5));

    // in Berlin the newer one is of the tenth
    assertThat(removed(RetentionPlan.of(rules, BERLIN, false, backups, NOW))).isEmpty();
    assertThat(removed(RetentionPlan.of(rules, ZoneOffset.UTC, false, backups, NOW)))
        .containsExactly("2026-03-09T22:30:00Z");
  }

  @Test
  void anHourThatComesTwiceIsTwoHours() {
    // Given 02:30 summer time, then 02:30 winter time
    var backups = List.of(good("2025-10-26T00:30:00Z"), good("2025-10-26T01:30:00Z"));

    var hourly = RetentionPlan.of(rules(spec -> spec.keepHourly(2)), BERLIN, false, backups, NOW);
    var daily = RetentionPlan.of(rules(spec -> spec.keepDaily(2)), BERLIN, false, backups, NOW);

    assertThat(removed(hourly)).isEmpty();
    assertThat(removed(daily)).containsExactly("2025-10-26T00:30:00Z");
  }

  @Test
  void weeksBeginOnMondaysAlsoAtTheEndOfAYear() {
    var plan =
        plan(
            rules(spec -> spec.keepWeekly(3)),
            good("2026-01-05T02:00:00Z"), // Monday
            good("2026-01-04T02:00:00Z"), // Sunday of the week of 29 December
            good("2025-12-30T02:00:00Z"),
            good("2025-12-28T02:00:00Z"));

    assertThat(removed(plan)).containsExactly("2025-12-30T02:00:00Z");
  }

  @Test
  void maxAgeWinsOverTheRulesAndMinKeepOverMaxAge() {
    var plan =
        plan(rules(spec -> spec.keepYearly(10).maxAge("30d").minKeep(2)), daily("2026-01-10", 5));

    assertThat(removed(plan)).hasSize(3).doesNotContain("2026-01-10T02:00:00Z");
    assertThat(keptBy(plan, "2026-01-09T02:00:00Z")).containsExactly("minKeep");
    assertThat(plan.removals().getFirst().why()).isEqualTo("older than maxAge (30d)");
  }

  @Test
  void maxAgeAloneKeepsAllThatIsYounger() {
    var plan = plan(rules(spec -> spec.maxAge("48h")), daily("2026-03-10", 4));

    assertThat(removed(plan)).containsExactly("2026-03-07T02:00:00Z", "2026-03-08T02:00:00Z");
    assertThat(plan.changes(rules(spec -> spec.maxAge("48h")), NOW))
        .contains(Instant.parse("2026-03-11T02:00:00Z"));
  }

  @Test
  void aRuleThatDoesNotChooseRemovesNothingGood() {
    var plan = plan(rules(spec -> spec.failedHistoryLimit(1)), daily("2026-03-10", 100));

    assertThat(removed(plan)).isEmpty();
  }

  @Test
  void whatDoesNotCountTakesTheMarkOfNothingThatDoes() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(2)),
            good("2026-03-10T02:00:00Z"),
            damaged("2026-03-09T02:00:00Z"),
            partial("2026-03-08T02:00:00Z"),
            good("2026-03-07T02:00:00Z"),
            good("2026-03-06T02:00:00Z"));

    // the damaged one is among the newest two, the partial one is not
    assertThat(removed(plan)).containsExactly("2026-03-06T02:00:00Z", "2026-03-08T02:00:00Z");
    assertThat(plan.removals().getLast().why())
        .isEqualTo("no rule keeps it (keepLast 2); it is partial");
  }

  @Test
  void whatDoesNotCountStaysWhileNothingBetterIsNewer() {
    var plan =
        plan(
            rules(spec -> spec.maxAge("1d")),
            partial("2026-02-03T02:00:00Z"),
            good("2026-02-02T02:00:00Z"),
            partial("2026-02-01T02:00:00Z"));

    assertThat(removed(plan)).containsExactly("2026-02-01T02:00:00Z");
    assertThat(keptBy(plan, "2026-02-03T02:00:00Z"))
        .containsExactly("fewer than minKeep good ones are newer");
  }

  @Test
  void saysThatNothingGoesIfNothingCounts() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(1).maxAge("1d")),
            partial("2026-02-02T02:00:00Z"),
            partial("2026-02-01T02:00:00Z"));

    assertThat(removed(plan)).isEmpty();
    assertThat(plan.paused())
        .contains("none of the 2 Backups counts (it is partial), so none goes");
  }

  @Test
  void whatIsHeldIsSparedAndCounts() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(1).maxAge("1d")),
            held("2026-03-10T02:00:00Z"),
            good("2026-03-09T02:00:00Z"),
            held("2020-03-08T02:00:00Z"));

    assertThat(removed(plan)).containsExactly("2026-03-09T02:00:00Z");
  }

  @Test
  void whatIsLockedIsSparedUntilItIsNot() {
    var backups =
        List.of(
            good("2026-03-10T02:00:00Z"), locked("2026-03-01T02:00:00Z", "2026-03-11T02:00:00Z"));
    var rules = rules(spec -> spec.keepLast(1));
    var plan = RetentionPlan.of(rules, ZoneOffset.UTC, false, backups, NOW);

    assertThat(removed(plan)).isEmpty();
    assertThat(plan.changes(rules, NOW)).contains(Instant.parse("2026-03-11T02:00:00Z"));
    assertThat(
            removed(
                RetentionPlan.of(
                    rules, ZoneOffset.UTC, false, backups, NOW.plus(Duration.ofDays(1)))))
        .hasSize(1);
  }

  @Test
  void whileTheNewestAttemptFailedOnlyRecordsGo() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(1).maxAge("1d").failedHistoryLimit(1)),
            running("2026-03-10T11:00:00Z"),
            failed("2026-03-10T02:00:00Z"),
            failed("2026-03-09T02:00:00Z"),
            good("2026-01-02T02:00:00Z"),
            good("2026-01-01T02:00:00Z"));

    assertThat(removed(plan)).containsExactly("2026-03-09T02:00:00Z");
    assertThat(plan.paused())
        .contains(
            "the newest Backup, 2026-03-10T02:00:00Z, failed (DumpFailed); the older ones stay"
                + " until one succeeds");
    assertThat(plan.expected())
        .extracting(removal -> removal.candidate().name())
        .containsExactly("2026-01-01T02:00:00Z", "2026-03-09T02:00:00Z");
  }

  @Test
  void aNewestOneThatIsDamagedPausesToo() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(1)),
            damaged("2026-03-10T02:00:00Z"),
            good("2026-03-02T02:00:00Z"),
            good("2026-03-01T02:00:00Z"));

    assertThat(removed(plan)).isEmpty();
    assertThat(plan.paused().orElseThrow()).contains("is damaged");
  }

  @Test
  void theRecordOfANewestAttemptThatFailedStaysSinceItIsWhatPauses() {
    var rules = rules(spec -> spec.keepLast(1).failedHistoryLimit(0));
    var newest = failed("2026-03-10T02:00:00Z");
    var older = failed("2026-03-09T02:00:00Z");

    assertThat(removed(plan(rules, newest, older, good("2026-03-01T02:00:00Z"))))
        .containsExactly("2026-03-09T02:00:00Z");
    assertThat(removed(plan(rules, good("2026-03-10T03:00:00Z"), newest, older)))
        .containsExactly("2026-03-09T02:00:00Z", "2026-03-10T02:00:00Z");
  }

  @Test
  void whatIsSuspendedKeepsWhatItHas() {
    var rules = rules(spec -> spec.maxAge("1d").failedHistoryLimit(0));
    var backups =
        List.of(
            good("2026-01-03T02:00:00Z"),
            failed("2026-01-02T02:00:00Z"),
            good("2026-01-01T02:00:00Z"));

    var plan = RetentionPlan.of(rules, ZoneOffset.UTC, true, backups, NOW);

    assertThat(removed(plan)).containsExactly("2026-01-02T02:00:00Z");
    assertThat(plan.paused().orElseThrow()).startsWith("spec.suspend is true");
  }

  @Test
  void keepsSoManyFailedOnes() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(5)),
            Stream.concat(
                    Stream.of(good("2026-03-10T02:00:00Z")),
                    IntStream.rangeClosed(1, 5)
                        .mapToObj(day -> failed("2026-03-0%dT02:00:00Z".formatted(day))))
                .toArray(Candidate[]::new));

    assertThat(removed(plan)).containsExactly("2026-03-01T02:00:00Z", "2026-03-02T02:00:00Z");
    assertThat(plan.removals().getFirst().why())
        .isEqualTo("failed, and 3 newer ones are kept (failedHistoryLimit)");
  }

  @Test
  void theRecordOfWhatExpiredGoes() {
    assertThat(
            removed(
                plan(
                    rules(spec -> spec.keepLast(5)),
                    good("2026-03-10T02:00:00Z"),
                    expired("2026-03-09T02:00:00Z"))))
        .containsExactly("2026-03-09T02:00:00Z");
  }

  @Test
  void aSecondDatabaseDoesNotPushOutTheFirst() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(1).maxAge("30d")),
            goodOf("new", "2026-03-10T02:00:00Z"),
            goodOf("new", "2026-03-09T02:00:00Z"),
            goodOf("old", "2026-01-10T02:00:00Z"),
            goodOf("old", "2026-01-09T02:00:00Z"));

    assertThat(removed(plan))
        .containsExactly("old@2026-01-09T02:00:00Z", "new@2026-03-09T02:00:00Z");
    assertThat(plan.pillars(Candidates.series("old"), 1))
        .extracting(Candidate::name)
        .containsExactly("old@2026-01-10T02:00:00Z");
  }

  @Test
  void whatIsDatedAheadOfTheClockDisplacesNothingAndStays() {
    // Given all clocks were a year ahead in the night of the ninth, and are right again
    var plan =
        plan(
            rules(spec -> spec.keepLast(1)),
            good("2027-03-09T02:00:00Z"),
            good("2026-03-10T02:00:00Z"),
            good("2026-03-08T02:00:00Z"));

    assertThat(removed(plan)).containsExactly("2026-03-08T02:00:00Z");
    assertThat(keptBy(plan, "2027-03-09T02:00:00Z"))
        .containsExactly("its time lies ahead of the clock");
    assertThat(plan.retained()).isEqualTo(3);
    assertThat(plan.pillars(Candidates.SHOP, 10))
        .extracting(Candidate::name)
        .containsExactly("2026-03-10T02:00:00Z");
  }

  @Test
  void whatIsDatedAheadOfTheClockIsNotTheNewestAttempt() {
    var rules = rules(spec -> spec.keepLast(1).failedHistoryLimit(0));

    // a good one ahead does not hide that the last night failed
    assertThat(
            plan(
                    rules,
                    good("2027-03-09T02:00:00Z"),
                    failed("2026-03-10T02:00:00Z"),
                    good("2026-03-08T02:00:00Z"),
                    good("2026-03-07T02:00:00Z"))
                .paused()
                .orElseThrow())
        .contains("2026-03-10T02:00:00Z");

    // one that failed does not pause until its time has come, nor does it keep the records of
    // others
    var plan =
        plan(
            rules,
            failed("2027-03-09T02:00:00Z"),
            good("2026-03-10T02:00:00Z"),
            failed("2026-03-08T02:00:00Z"),
            good("2026-03-07T02:00:00Z"));
    assertThat(plan.paused()).isEmpty();
    assertThat(removed(plan)).containsExactly("2026-03-07T02:00:00Z", "2026-03-08T02:00:00Z");
  }

  @Test
  void whatOnlyTheOperatorsClockHasDatedAheadCountsAsOfItsCreation() {
    // Given one that failed in the night of the ninth, by its end a year later
    var rules = rules(spec -> spec.keepLast(1).failedHistoryLimit(0));
    var failed = dated("2027-03-09T02:00:00Z", failed("2026-03-09T02:00:00Z"));
    var before = good("2026-03-08T02:00:00Z");
    var longBefore = good("2026-03-07T02:00:00Z");

    assertThat(plan(rules, failed, before, longBefore).paused()).isPresent();
    assertThat(removed(plan(rules, failed, before, longBefore, good("2026-03-10T02:00:00Z"))))
        .containsExactly("2026-03-07T02:00:00Z", "2026-03-08T02:00:00Z", "2026-03-09T02:00:00Z");
  }

  @Test
  void clocksMayDifferByAnHour() {
    var plan =
        plan(
            rules(spec -> spec.keepLast(1)),
            good("2026-03-10T13:00:00Z"),
            good("2026-03-10T02:00:00Z"));

    assertThat(removed(plan)).containsExactly("2026-03-10T02:00:00Z");
  }

  @Test
  void tenThousandArePlannedInATwinkling() {
    var backups = new ArrayList<Candidate>();
    for (var hour = 0; hour < 10_000; hour++) {
      backups.add(good(NOW.minus(Duration.ofHours(hour)).toString()));
    }
    var rules =
        rules(
            spec ->
                spec.keepLast(24)
                    .keepHourly(48)
                    .keepDaily(30)
                    .keepWeekly(12)
                    .keepMonthly(24)
                    .keepYearly(5));
    RetentionPlan.of(rules, BERLIN, false, backups, NOW);

    var best = Long.MAX_VALUE;
    for (var run = 0; run < 5; run++) {
      var started = System.nanoTime();
      assertThat(RetentionPlan.of(rules, BERLIN, false, backups, NOW).removals())
          .hasSizeGreaterThan(9_800);
      best = Math.min(best, System.nanoTime() - started);
    }

    System.out.printf("retention_plan_10000_ms: %.1f%n", best / 1e6);
    assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(200));
  }
}
