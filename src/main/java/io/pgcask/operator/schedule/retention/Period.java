package io.pgcask.operator.schedule.retention;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.function.Function;

/**
 * The periods of grandfather, father and son, in the time zone of the schedule. An hour that comes
 * twice because clocks go back is two hours.
 */
enum Period {
  HOUR("keepHourly", time -> time.truncatedTo(ChronoUnit.HOURS).toOffsetDateTime()),
  DAY("keepDaily", ZonedDateTime::toLocalDate),
  /** From Monday to Sunday, as ISO 8601 has it. */
  WEEK(
      "keepWeekly",
      time ->
          time.toLocalDate().with(TemporalAdjusters.previousOrSame(java.time.DayOfWeek.MONDAY))),
  MONTH("keepMonthly", YearMonth::from),
  YEAR("keepYearly", ZonedDateTime::getYear);

  private final String field;
  private final Function<ZonedDateTime, Object> number;

  Period(String field, Function<ZonedDateTime, Object> number) {
    this.field = field;
    this.number = number;
  }

  /** The field of the spec that keeps one of each. */
  String field() {
    return field;
  }

  /** What is equal for two times of the same period, and for no others. */
  Object of(Instant time, ZoneId zone) {
    return number.apply(time.atZone(zone));
  }
}
