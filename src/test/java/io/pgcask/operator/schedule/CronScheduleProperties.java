package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Api;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The slots are those that trying every minute finds, whatever the clocks do. */
class CronScheduleProperties {

  /**
   * Clocks change by an hour, by half an hour, on the southern half, at midnight, and never; Samoa
   * left out a whole day.
   */
  static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "America/Santiago",
          "Africa/Casablanca",
          "Asia/Kolkata",
          "Pacific/Apia");

  @Property(tries = 400)
  void theSlotsAreThoseOfTheReference(
      @ForAll("expressions") String expression,
      @ForAll("zones") String zone,
      @ForAll("changes") int change) {
    var from = aroundChange(zone, change);
    var to = from.plus(Duration.ofDays(4));
    var reference = new ReferenceCron(expression, zone).slots(from, to);
    var cron = CronSchedule.parse(expression, zone);

    var slot = from.minusSeconds(1);
    for (var expected : reference) {
      assertThat(cron.next(slot)).contains(expected);
      assertThat(cron.latest(expected)).contains(expected);
      assertThat(cron.latest(expected.plusSeconds(59))).contains(expected);
      slot = expected;
    }
    assertThat(cron.next(slot).filter(next -> next.isBefore(to))).isEmpty();
  }

  @Property(tries = 400)
  void latestAndNextSurroundEveryTime(
      @ForAll("expressions") String expression,
      @ForAll("zones") String zone,
      @ForAll("changes") int change,
      @ForAll("seconds") int second) {
    var from = aroundChange(zone, change);
    var time = from.plusSeconds(second);
    var slots = new ReferenceCron(expression, zone).slots(from, from.plus(Duration.ofDays(4)));
    var cron = CronSchedule.parse(expression, zone);

    Optional.ofNullable(slots.floor(time))
        .ifPresent(expected -> assertThat(cron.latest(time)).contains(expected));
    Optional.ofNullable(slots.higher(time))
        .ifPresent(expected -> assertThat(cron.next(time)).contains(expected));
  }

  /** Two days before a change of the clocks; a zone without changes has a quiet time instead. */
  private static Instant aroundChange(String zone, int change) {
    var at = Instant.parse("2011-06-01T00:00:00Z");
    for (int i = 0; i < change; i++) {
      var next = ZoneId.of(zone).getRules().nextTransition(at);
      at = next == null ? at.plus(Duration.ofDays(100)) : next.getInstant();
    }
    return at.minus(Duration.ofDays(2));
  }

  /** Whatever the schema lets through is an expression or is refused in words. */
  @Property(tries = 2_000)
  void nothingElseComesOfWhatTheSchemaLetsThrough(@ForAll("admitted") String expression) {
    CronSchedule cron;
    try {
      cron = CronSchedule.parse(expression, null);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    var now = Instant.parse("2026-02-27T12:34:56Z");
    cron.next(now).ifPresent(next -> assertThat(cron.latest(next)).contains(next));
    assertThat(cron.latest(now).filter(now::isBefore)).isEmpty();
  }

  @Provide
  Arbitrary<String> admitted() {
    var numbers = words("*", "*", "/", "-", ",", "0", "1", "7", "30", "59", "99999999999");
    var names = words("*", "*", "/", "-", ",", "0", "7", "12", "L", "W", "MON", "fri", "DEC", "#");
    return Combinators.combine(numbers, numbers, numbers, names, names)
        .as((a, b, c, d, e) -> String.join(" ", a, b, c, d, e))
        .filter(expression -> expression.matches(Api.CRON));
  }

  private static Arbitrary<String> words(String... parts) {
    return Arbitraries.of(parts)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(list -> String.join("", list));
  }

  @Provide
  Arbitrary<Integer> changes() {
    return Arbitraries.integers().between(1, 40);
  }

  @Provide
  Arbitrary<Integer> seconds() {
    return Arbitraries.integers().between(0, 4 * 86_400 - 1);
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of(ZONES);
  }

  @Provide
  Arbitrary<String> expressions() {
    return Combinators.combine(
            Arbitraries.of("0", "30", "59", "*/15", "5,45", "10-20/5", "7/20"),
            Arbitraries.of("*", "0", "1", "2", "3", "*/6", "0-3", "1,2,3", "23", "22/1"),
            Arbitraries.of("*", "*", "*", "1", "*/2", "28-31"),
            Arbitraries.of("*", "*", "*", "MAR-APR", "9,10,11,12"),
            Arbitraries.of("*", "*", "*", "0", "7", "5-7", "MON-FRI", "SUN"))
        .as(
            (minute, hour, day, month, weekday) ->
                String.join(" ", minute, hour, day, month, weekday));
  }
}
