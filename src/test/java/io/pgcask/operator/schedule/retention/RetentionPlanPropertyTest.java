package io.pgcask.operator.schedule.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.RetentionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any rules, any Backups, in any time zone: retention never deletes the last. */
class RetentionPlanPropertyTest {

  private static final Instant NOW = Instant.parse("2026-11-02T12:00:00Z");

  /** Zones whose clocks change by an hour, by half of one, at midnight, by a day, and never. */
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "America/Havana",
          "America/St_Johns",
          "Pacific/Apia",
          "Asia/Kathmandu");

  /** One schedule at one time. */
  record World(
      RetentionRules rules, ZoneId zone, boolean suspended, List<Candidate> backups, Instant now) {
    RetentionPlan plan() {
      return RetentionPlan.of(rules, zone, suspended, backups, now);
    }

    World without(RetentionPlan plan) {
      var gone = names(plan);
      return new World(
          rules,
          zone,
          suspended,
          backups.stream().filter(one -> !gone.contains(one.name())).toList(),
          now);
    }
  }

  private static Set<String> names(RetentionPlan plan) {
    return plan.removals().stream()
        .map(removal -> removal.candidate().name())
        .collect(Collectors.toSet());
  }

  private static long good(World world, Series series) {
    return world.backups().stream()
        .filter(one -> one.isGood() && one.series().equals(series))
        .count();
  }

  private static Set<Series> series(World world) {
    return world.backups().stream().map(Candidate::series).collect(Collectors.toSet());
  }

  @Property(tries = 3000)
  void neverFewerGoodOnesThanMinKeepOfAnySeries(@ForAll("worlds") World world) {
    var after = world.without(world.plan());

    for (var series : series(world)) {
      assertThat(good(after, series))
          .isGreaterThanOrEqualTo(Math.min(good(world, series), world.rules().minKeep()));
    }
  }

  @Property(tries = 3000)
  void theNewestGoodOneAlwaysStays(@ForAll("worlds") World world) {
    var after = new HashSet<>(world.without(world.plan()).backups());

    for (var series : series(world)) {
      assertThat(after)
          .containsAll(
              world.backups().stream()
                  .filter(one -> one.isGood() && one.series().equals(series))
                  .min(Candidate.NEWEST_FIRST)
                  .stream()
                  .toList());
    }
  }

  @Property(tries = 3000)
  void theNewestThatMayBeRestoredAlwaysStays(@ForAll("worlds") World world) {
    var after = new HashSet<>(world.without(world.plan()).backups());

    for (var series : series(world)) {
      assertThat(after)
          .containsAll(
              world.backups().stream()
                  .filter(one -> one.holdsData() && one.series().equals(series))
                  .min(Candidate.NEWEST_FIRST)
                  .stream()
                  .toList());
    }
  }

  @Property(tries = 2000)
  void whatIsSparedOrNotRetentionsStays(@ForAll("worlds") World world) {
    Predicate<Candidate> spared =
        one ->
            one.standing() instanceof Standing.Apart
                || (one.spared().isPresent() && !(one.standing() instanceof Standing.Failed))
                || (one.holdsData()
                    && one.lockedUntil().filter(until -> until.isAfter(NOW)).isPresent());

    var stays = world.backups().stream().filter(spared).map(Candidate::name).toList();
    assertThat(names(world.plan())).noneMatch(stays::contains);
  }

  @Property(tries = 2000)
  void whileAnythingPausesItNothingThatHoldsDataGoes(@ForAll("worlds") World world) {
    var plan = world.plan();

    if (plan.paused().isPresent()) {
      assertThat(plan.removals()).noneMatch(removal -> removal.candidate().holdsData());
    }
  }

  @Property(tries = 3000)
  void oncePlannedAndDoneThereIsNothingMoreToDo(@ForAll("worlds") World world) {
    assertThat(names(world.without(world.plan()).plan())).isEmpty();
  }

  /** As it is done: some at a time, and the plan is made anew each time. */
  @Property(tries = 2000)
  void doneInPartsItComesToTheSame(@ForAll("worlds") World world) {
    var current = world;
    var gone = new HashSet<String>();
    for (var round = 0; round < 100; round++) {
      var some =
          current.plan().removals().stream()
              .limit(3)
              .map(removal -> removal.candidate().name())
              .collect(Collectors.toSet());
      gone.addAll(some);
      current =
          new World(
              world.rules(),
              world.zone(),
              world.suspended(),
              current.backups().stream().filter(one -> !some.contains(one.name())).toList(),
              NOW);
    }

    assertThat(gone).isEqualTo(names(world.plan()));
  }

  @Property(tries = 2000)
  void eachStaysForAReasonOrGoesForOne(@ForAll("worlds") World world) {
    var plan = world.plan();

    assertThat(plan.decisions()).hasSameSizeAs(world.backups());
    for (var decision : plan.decisions()) {
      switch (decision) {
        case Decision.Keep keep -> assertThat(keep.by()).isNotEmpty();
        case Decision.Remove remove -> assertThat(remove.why()).isNotBlank().hasSizeLessThan(257);
      }
    }
  }

  /** All clocks were ahead, that of the API server included. */
  @Property(tries = 2000)
  void whatLiesAheadOfTheClockStaysAndChangesNothingElse(
      @ForAll("worlds") World world, @ForAll("backupsAhead") List<Candidate> ahead) {
    var backups = new ArrayList<>(world.backups());
    for (var one : ahead) {
      backups.add(copy("ahead" + backups.size(), one.time(), one.time(), one));
    }

    var plan = RetentionPlan.of(world.rules(), world.zone(), world.suspended(), backups, NOW);

    assertThat(plan.removals()).isEqualTo(world.plan().removals());
    assertThat(plan.paused()).isEqualTo(world.plan().paused());
    for (var series : series(world)) {
      assertThat(plan.pillars(series, 10)).isEqualTo(world.plan().pillars(series, 10));
    }
  }

  /** The API server's clock was right. */
  @Property(tries = 2000)
  void whatAClockThatWasAheadHasDatedIsAsOldAsItsCreation(
      @ForAll("worlds") World world, @ForAll("backupsAhead") List<Candidate> ahead) {
    var backups = new ArrayList<>(world.backups());
    for (var number = 0; number < Math.min(ahead.size(), backups.size()); number++) {
      var one = backups.get(number);
      backups.set(number, copy(one.name(), ahead.get(number).time(), one.created(), one));
    }

    var plan = RetentionPlan.of(world.rules(), world.zone(), world.suspended(), backups, NOW);

    assertThat(plan).isEqualTo(world.plan());
  }

  /** A Backup that fails makes retention more careful and never less. */
  @Property(tries = 2000)
  void oneMoreThatFailedRemovesNothingMoreThatHoldsData(@ForAll("worlds") World world) {
    var backups = new ArrayList<>(world.backups());
    backups.add(
        new Candidate(
            "failed-now",
            NOW.plusSeconds(1),
            NOW.plusSeconds(1),
            Candidates.SHOP,
            new Standing.Failed(),
            Optional.of("failed (DumpFailed)"),
            Optional.empty(),
            Optional.empty()));

    var plan = RetentionPlan.of(world.rules(), world.zone(), world.suspended(), backups, NOW);

    assertThat(plan.removals()).noneMatch(removal -> removal.candidate().holdsData());
  }

  @Property(tries = 2000)
  void keepsWhatEachRuleAsksFor(@ForAll("worlds") World world) {
    var plan = world.plan();
    var young =
        world.backups().stream()
            .filter(one -> one.isGood() && !world.rules().tooOld(one.time(), NOW))
            .sorted(Candidate.NEWEST_FIRST)
            .toList();
    for (var series : series(world)) {
      var own = young.stream().filter(one -> one.series().equals(series)).toList();
      var newest = own.stream().limit(world.rules().keepLast()).map(Candidate::name).toList();
      assertThat(names(plan)).noneMatch(newest::contains);
      world
          .rules()
          .keep()
          .forEach(
              (period, count) -> {
                var periods =
                    own.stream().map(one -> period.of(one.time(), world.zone())).distinct();
                var kept =
                    own.stream()
                        .filter(one -> !names(plan).contains(one.name()))
                        .map(one -> period.of(one.time(), world.zone()))
                        .collect(Collectors.toSet());
                assertThat(kept).containsAll(periods.limit(count).toList());
              });
    }
  }

  @Provide
  Arbitrary<World> worlds() {
    return Combinators.combine(
            rules(),
            Arbitraries.of(ZONES).map(ZoneId::of),
            Arbitraries.frequency(
                net.jqwik.api.Tuple.of(9, false), net.jqwik.api.Tuple.of(1, true)),
            candidates().list().ofMaxSize(60))
        .as(
            (rules, zone, suspended, backups) -> {
              var named = new ArrayList<Candidate>();
              for (var one : backups) {
                named.add(copy("b" + named.size(), one.time(), one.created(), one));
              }
              return new World(rules, zone, suspended, named, NOW);
            });
  }

  /** Dated an hour and more ahead, up to two years. */
  @Provide
  Arbitrary<List<Candidate>> backupsAhead() {
    return Combinators.combine(
            candidates(), Arbitraries.longs().between(3601, Duration.ofDays(730).toSeconds()))
        .as((one, ahead) -> copy("", NOW.plusSeconds(ahead), one.created(), one))
        .list()
        .ofMaxSize(15);
  }

  private static Candidate copy(String name, Instant time, Instant created, Candidate one) {
    return new Candidate(
        name,
        time,
        created,
        one.series(),
        one.standing(),
        one.trouble(),
        one.spared(),
        one.lockedUntil());
  }

  private static Arbitrary<RetentionRules> rules() {
    var count = Arbitraries.integers().between(1, 12).injectNull(0.6);
    return Combinators.combine(
            count,
            count,
            count,
            count,
            count,
            count,
            Arbitraries.of("90m", "36h", "7d", "90d", "52w").injectNull(0.5))
        .as(
            (last, hourly, daily, weekly, monthly, yearly, maxAge) ->
                RetentionBuilder.builder()
                    .keepLast(last)
                    .keepHourly(hourly)
                    .keepDaily(daily)
                    .keepWeekly(weekly)
                    .keepMonthly(monthly)
                    .keepYearly(yearly)
                    .maxAge(maxAge))
        .flatMap(
            builder ->
                Combinators.combine(
                        Arbitraries.integers().between(1, 5).injectNull(0.5),
                        Arbitraries.integers().between(0, 4).injectNull(0.5))
                    .as(
                        (minKeep, failed) ->
                            RetentionRules.of(
                                RetentionBuilder.builder(builder.build())
                                    .minKeep(minKeep)
                                    .failedHistoryLimit(failed)
                                    .build())));
  }

  private static Arbitrary<Candidate> candidates() {
    // around the changes of clocks, and within days, months and years, to the half hour
    var time =
        Arbitraries.oneOf(
            halfHours("2026-10-24T00:00:00Z", 100),
            halfHours("2026-10-25T00:00:00Z", 16),
            halfHours("2026-11-01T00:00:00Z", 70),
            halfHours("2011-12-28T00:00:00Z", 200),
            halfHours("2023-01-01T00:00:00Z", 17_520 * 3));
    var standing =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, Arbitraries.just(new Standing.Good())),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(new Standing.Uncounted("it is damaged"))),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(new Standing.Uncounted("it is partial"))),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(new Standing.Failed())),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(new Standing.Gone())),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(new Standing.Apart("it has not ended"))));
    return Combinators.combine(
            time,
            Arbitraries.of("shop", "shop", "shop", "other").map(Candidates::series),
            standing,
            Arbitraries.just("spec.hold is true").optional(0.05),
            Arbitraries.of(NOW.minusSeconds(1), NOW, NOW.plusSeconds(1)).optional(0.05))
        .as(
            (at, series, what, spared, locked) ->
                new Candidate("", at, at, series, what, trouble(what), spared, locked));
  }

  private static Optional<String> trouble(Standing standing) {
    return switch (standing) {
      case Standing.Failed failed -> Optional.of("failed (DumpFailed)");
      case Standing.Uncounted uncounted when uncounted.why().contains("damaged") ->
          Optional.of("is damaged");
      default -> Optional.empty();
    };
  }

  private static Arbitrary<Instant> halfHours(String from, int count) {
    return Arbitraries.integers()
        .between(0, count)
        .map(number -> Instant.parse(from).plus(Duration.ofMinutes(30L * number)))
        .filter(time -> time.isBefore(NOW));
  }
}
