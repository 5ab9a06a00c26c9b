package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.ConcurrencyPolicy;
import io.pgcask.api.v1alpha1.RetentionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Ten years of {@link ScheduleWorld}: no slot runs twice, none is lost without a reason, none runs
 * while the schedule is suspended, retention never removes what must stay, and health is what a
 * diary says.
 */
class ScheduleSimulationProperties {

  private static final Instant START = Instant.parse("2020-02-03T04:05:00Z");
  private static final Instant END =
      LocalDateTime.ofInstant(START, ZoneOffset.UTC).plusYears(10).toInstant(ZoneOffset.UTC);

  /**
   * Clocks that change by an hour, north and south, by half an hour, at midnight, and around
   * Ramadan.
   */
  private static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "America/Santiago",
          "Africa/Casablanca");

  private static final List<String> NIGHTLY =
      List.of("30 2 * * *", "0 0 * * *", "15 1 * * *", "45 2 * * 0", "30 2 1 * *", "0 1,2,3 * * *");

  private static final List<String> OFTEN = List.of("0 * * * *", "0 */6 * * *", "*/30 * * * *");

  @Property(tries = 10)
  void tenYearsOfNights(@ForAll long seed) {
    check(new Random(seed), NIGHTLY, Duration.ofHours(30), END);
  }

  @Property(tries = 2)
  void manyHours(@ForAll long seed) {
    check(new Random(seed), OFTEN, Duration.ofMinutes(100), START.plus(Duration.ofDays(280)));
  }

  private static void check(Random random, List<String> crons, Duration longest, Instant end) {
    var settings = settings(random, crons, longest);
    var world = new ScheduleWorld(random.nextLong(), settings, START);
    world.run(START, end);

    assertThat(world.stalls()).isZero();
    assertThat(world.skippedRuns()).isEqualTo(world.skipped().size());
    assertThat(world.removed()).as("retention has removed what it may").isGreaterThan(10);
    assertThat(world.mostKept()).as("and has kept up").isLessThan(120);
    assertThat(world.creations().values()).as("no slot runs twice").allMatch(times -> times == 1);
    for (var segment : world.segments()) {
      var slots =
          new ReferenceCron(settings.cron(), segment.zone())
              .slots(segment.from().plusSeconds(1), segment.to().plusSeconds(1));
      var unused = new ArrayList<Instant>();
      for (var slot : slots) {
        if (!world.creations().containsKey(slot) && !world.skipped().contains(slot)) {
          assertThat(wasThereATime(slot, slots, world, settings)).as("%s was lost", slot).isFalse();
          unused.add(slot);
        }
      }
      assertThat(segment.missed())
          .as("missed slots are counted, 100 of one downtime")
          .isEqualTo(counted(unused, slots));
    }
    assertThat(slots(world, settings)).as("only slots run").containsAll(world.creations().keySet());
  }

  /** Whether the operator looked when the slot was the newest one that could begin. */
  private static boolean wasThereATime(
      Instant slot, TreeSet<Instant> slots, ScheduleWorld world, ScheduleWorld.Settings settings) {
    var lateness = world.timetable().lateness();
    var from = slot.plus(lateness);
    var look = world.looks().ceiling(from);
    var next = slots.higher(slot);
    return look != null
        && (next == null || look.isBefore(next.plus(lateness)))
        && (settings.deadline() == null || !look.isAfter(from.plusSeconds(settings.deadline())))
        && !world.blocked().contains(slot)
        && settings.policy() != ConcurrencyPolicy.REPLACE;
  }

  /**
   * Of slots that passed one after the other 100 are counted, and the one that was too late itself.
   */
  private static int counted(List<Instant> unused, TreeSet<Instant> slots) {
    var count = 0;
    var inARow = 0;
    Instant before = null;
    for (var slot : unused) {
      inARow = slot.equals(before == null ? null : slots.higher(before)) ? inARow + 1 : 1;
      count += inARow <= Timetable.MOST_COUNTED ? 1 : 0;
      before = slot;
    }
    return count;
  }

  private static TreeSet<Instant> slots(ScheduleWorld world, ScheduleWorld.Settings settings) {
    var slots = new TreeSet<Instant>();
    world
        .segments()
        .forEach(
            segment ->
                slots.addAll(
                    new ReferenceCron(settings.cron(), segment.zone())
                        .slots(segment.from().plusSeconds(1), segment.to().plusSeconds(1))));
    return slots;
  }

  private static ScheduleWorld.Settings settings(
      Random random, List<String> crons, Duration longest) {
    var zones = new ArrayList<>(ZONES);
    Collections.shuffle(zones, random);
    return new ScheduleWorld.Settings(
        crons.get(random.nextInt(crons.size())),
        zones,
        ConcurrencyPolicy.values()[random.nextInt(3)],
        random.nextBoolean() ? null : 600 + random.nextInt(3000),
        random.nextBoolean() ? null : random.nextInt(600),
        longest,
        random.nextInt(3) == 0 ? null : 1 + random.nextInt(20) + "d",
        random.nextInt(20),
        RetentionBuilder.builder()
            .keepLast(1 + random.nextInt(5))
            .keepDaily(some(random, 7))
            .keepWeekly(some(random, 5))
            .keepMonthly(some(random, 6))
            .keepYearly(some(random, 3))
            .maxAge(random.nextInt(3) == 0 ? "20d" : null)
            .minKeep(1 + random.nextInt(4))
            .failedHistoryLimit(random.nextInt(4))
            .build());
  }

  private static Integer some(Random random, int most) {
    return random.nextBoolean() ? null : 1 + random.nextInt(most);
  }
}
