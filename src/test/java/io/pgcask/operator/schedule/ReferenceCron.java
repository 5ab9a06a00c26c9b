package io.pgcask.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;

/**
 * What the slots of an expression are, found in the slowest and plainest way: every minute that a
 * clock on the wall could show is tried. Shares nothing with {@link CronSchedule}.
 */
final class ReferenceCron {

  private static final List<String> MONTHS =
      List.of(
          "", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS =
      List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");

  private final String[] fields;
  private final ZoneId zone;
  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet days;
  private final BitSet months;
  private final BitSet weekdays;

  ReferenceCron(String expression, String zone) {
    this.fields = expression.split(" ");
    this.zone = ZoneId.of(zone);
    this.minutes = values(fields[0], 0, 59, List.of());
    this.hours = values(fields[1], 0, 23, List.of());
    this.days = values(fields[2], 1, 31, List.of());
    this.months = values(fields[3], 1, 12, MONTHS);
    this.weekdays = values(fields[4], 0, 7, DAYS);
    if (weekdays.get(7)) {
      weekdays.set(0);
    }
  }

  /** All slots from a time, which is included, to another, which is not. */
  TreeSet<Instant> slots(Instant from, Instant to) {
    var slots = new TreeSet<Instant>();
    var reading = LocalDateTime.ofInstant(from, ZoneOffset.UTC).minusDays(2);
    reading = reading.truncatedTo(ChronoUnit.MINUTES);
    var last = LocalDateTime.ofInstant(to, ZoneOffset.UTC).plusDays(2);
    while (reading.isBefore(last)) {
      if (!dayMatches(reading)) {
        reading = reading.toLocalDate().plusDays(1).atStartOfDay();
        continue;
      }
      if (!hours.get(reading.getHour())) {
        reading = reading.truncatedTo(ChronoUnit.HOURS).plusHours(1);
        continue;
      }
      if (minutes.get(reading.getMinute())) {
        instants(reading).stream()
            .filter(slot -> !slot.isBefore(from) && slot.isBefore(to))
            .forEach(slots::add);
      }
      reading = reading.plusMinutes(1);
    }
    return slots;
  }

  private List<Instant> instants(LocalDateTime reading) {
    var offsets = zone.getRules().getValidOffsets(reading);
    return switch (offsets.size()) {
      case 1 -> List.of(reading.toInstant(offsets.getFirst()));
      case 0 -> {
        var left = Duration.ZERO;
        while (zone.getRules().getValidOffsets(reading.minus(left)).isEmpty()) {
          left = left.plusMinutes(1);
        }
        var before = zone.getRules().getValidOffsets(reading.minus(left)).getFirst();
        yield List.of(reading.toInstant(before));
      }
      default ->
          fields[1].equals("*")
              ? offsets.stream().map(reading::toInstant).toList()
              : List.of(reading.toInstant(offsets.getFirst()));
    };
  }

  private boolean dayMatches(LocalDateTime reading) {
    if (!months.get(reading.getMonthValue())) {
      return false;
    }
    var day = days.get(reading.getDayOfMonth());
    var weekday = weekdays.get(reading.getDayOfWeek().getValue() % 7);
    // as CronJob: if both are restricted, and a step is a restriction, either is enough
    return fields[2].equals("*") || fields[4].equals("*") ? day && weekday : day || weekday;
  }

  private static BitSet values(String field, int min, int max, List<String> names) {
    var values = new BitSet();
    for (var part : field.split(",")) {
      var steps = part.split("/");
      var step = steps.length == 2 ? Integer.parseInt(steps[1]) : 1;
      var ends = steps[0].split("-");
      int first;
      int last;
      if (steps[0].equals("*")) {
        first = min;
        last = max;
      } else {
        first = value(ends[0], names);
        last = ends.length == 2 ? value(ends[1], names) : steps.length == 2 ? max : first;
      }
      for (int i = first; i <= last; i += step) {
        values.set(i);
      }
    }
    return values;
  }

  private static int value(String word, List<String> names) {
    return names.contains(word) ? names.indexOf(word) : Integer.parseInt(word);
  }
}
