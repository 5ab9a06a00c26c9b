package io.pgcask.operator.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * A cron expression of five fields in a time zone, read by cron-utils under its UNIX definition.
 * Pure: every answer is a function of a point in time.
 */
public final class CronSchedule {

  /** An expression that does not fire within so long is a mistake. */
  private static final Duration HORIZON = Duration.ofDays(5 * 366L);

  /** cron-utils' UNIX definition knows no nicknames; these are the ones the schema lets through. */
  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *");

  private final ExecutionTime times;
  private final ZoneId zone;

  private CronSchedule(ExecutionTime times, ZoneId zone) {
    this.times = times;
    this.zone = zone;
  }

  /**
   * Reads an expression.
   *
   * @param timeZone IANA name; null for UTC
   * @throws IllegalArgumentException if it is none, with a message for people
   */
  public static CronSchedule parse(String expression, String timeZone) {
    var parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    var cron = parser.parse(NICKNAMES.getOrDefault(expression, expression)).validate();
    return new CronSchedule(
        ExecutionTime.forCron(cron), ZoneId.of(timeZone == null ? "UTC" : timeZone));
  }

  /** The time zone that it is read in. */
  public ZoneId zone() {
    return zone;
  }

  /** The first slot after that time, if there is one within five years. */
  public Optional<Instant> next(Instant after) {
    return times
        .nextExecution(after.atZone(zone))
        .map(ZonedDateTime::toInstant)
        .filter(slot -> slot.isBefore(after.plus(HORIZON)));
  }

  /** The newest slot that is not after that time: a long downtime is caught up by this one only. */
  public Optional<Instant> latest(Instant notAfter) {
    return times
        .lastExecution(notAfter.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).atZone(zone))
        .map(ZonedDateTime::toInstant)
        .filter(slot -> slot.isAfter(notAfter.minus(HORIZON)));
  }
}
