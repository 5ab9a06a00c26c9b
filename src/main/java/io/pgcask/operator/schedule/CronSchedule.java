package io.pgcask.operator.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Map;
import java.util.Optional;

/**
 * A cron expression of five fields in a time zone. Pure: every answer is a function of a point in
 * time.
 *
 * <p>cron-utils reads the expression under its UNIX definition and finds the readings of the clock
 * that fit. What becomes of them when clocks are changed is decided here, since cron-utils 9.2.1
 * loses a slot that falls into the hour that is left out (30 2 * * * in Berlin, once a year), and
 * takes some slots of a repeated hour twice:
 *
 * <ul>
 *   <li>A slot in what is left out comes as much later as is left out: 02:30 becomes 03:30.
 *   <li>A slot in what is repeated comes the first time only; if the expression is for every hour,
 *       it comes both times, since such a schedule counts elapsed time.
 * </ul>
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

  /** Has no state once it is made, and costs more to make than an expression to parse. */
  private static final CronParser UNIX =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final ExecutionTime clockReadings;
  private final boolean everyHour;
  private final ZoneRules rules;

  private CronSchedule(Cron cron, ZoneId zone) {
    this.clockReadings = ExecutionTime.forCron(cron);
    this.everyHour =
        cron.retrieve(CronFieldName.HOUR).getExpression() instanceof Always
            || "*/1".equals(cron.retrieve(CronFieldName.HOUR).getExpression().asString());
    this.rules = zone.getRules();
  }

  /**
   * Reads an expression.
   *
   * @param timeZone IANA name; null for UTC
   * @throws IllegalArgumentException if it is none, with a message for people
   */
  public static CronSchedule parse(String expression, String timeZone) {
    return new CronSchedule(cron(NICKNAMES.getOrDefault(expression, expression)), zone(timeZone));
  }

  /** The library says in words what is wrong, but stumbles over some, such as {@code 0-/}. */
  private static Cron cron(String expression) {
    try {
      return UNIX.parse(expression).validate();
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("'%s' cannot be read".formatted(expression), e);
    }
  }

  /**
   * The zone of a schedule. EST, MST and HST are zones as well, though Java has them apart.
   *
   * @param timeZone IANA name; null for UTC
   * @throws IllegalArgumentException if Java knows none of that name, with a message for people:
   *     the API server, which has checked it, knows some more, such as Local
   */
  public static ZoneId zone(String timeZone) {
    try {
      return ZoneId.of(timeZone == null ? "UTC" : timeZone, ZoneId.SHORT_IDS);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("the operator knows no time zone " + timeZone, e);
    }
  }

  /** The first slot after that time, if there is one within five years. */
  public Optional<Instant> next(Instant after) {
    var last = after.plus(HORIZON);
    var from = after;
    while (from.isBefore(last)) {
      var span = Span.at(rules, from);
      var found = firstIn(span, after);
      if (found.isPresent() || span.end().isEmpty()) {
        return found.filter(slot -> slot.isBefore(last));
      }
      from = span.end().get().getInstant();
    }
    return Optional.empty();
  }

  /** The newest slot that is not after that time: a long downtime is caught up by this one only. */
  public Optional<Instant> latest(Instant notAfter) {
    var first = notAfter.minus(HORIZON);
    var to = notAfter;
    while (to.isAfter(first)) {
      var span = Span.at(rules, to);
      var found = lastIn(span, notAfter);
      if (found.isPresent() || span.start().isEmpty()) {
        return found.filter(slot -> slot.isAfter(first));
      }
      to = span.start().get().getInstant().minusSeconds(1);
    }
    return Optional.empty();
  }

  private Optional<Instant> firstIn(Span span, Instant after) {
    var regular =
        readingAfter(later(span.localAfter(after), floor(span)))
            .filter(span::holds)
            .map(span::instant);
    return earliest(regular, firstLeftOut(span, after));
  }

  private Optional<Instant> lastIn(Span span, Instant notAfter) {
    var floor = floor(span);
    var regular =
        readingUpTo(span.localUpTo(notAfter))
            .filter(reading -> floor == null || reading.isAfter(floor))
            .filter(span::holds)
            .map(span::instant);
    return latest(regular, lastLeftOut(span, notAfter));
  }

  /** Readings up to here came before the clock was put back; null: none did, or they count. */
  private LocalDateTime floor(Span span) {
    return span.start()
        .filter(change -> change.isOverlap() && !everyHour)
        .map(change -> change.getDateTimeBefore().minusNanos(1))
        .orElse(null);
  }

  /** The first slot after that time which the change at the beginning of the span has left out. */
  private Optional<Instant> firstLeftOut(Span span, Instant after) {
    return span.start()
        .filter(ZoneOffsetTransition::isGap)
        .flatMap(
            gap ->
                readingAfter(
                        later(
                            LocalDateTime.ofInstant(after, gap.getOffsetBefore()),
                            gap.getDateTimeBefore().minusNanos(1)))
                    .filter(reading -> reading.isBefore(gap.getDateTimeAfter()))
                    .map(reading -> reading.toInstant(gap.getOffsetBefore())));
  }

  private Optional<Instant> lastLeftOut(Span span, Instant notAfter) {
    return span.start()
        .filter(ZoneOffsetTransition::isGap)
        .flatMap(
            gap ->
                readingUpTo(
                        earlier(
                            LocalDateTime.ofInstant(notAfter, gap.getOffsetBefore()),
                            gap.getDateTimeAfter().minusNanos(1)))
                    .filter(reading -> !reading.isBefore(gap.getDateTimeBefore()))
                    .map(reading -> reading.toInstant(gap.getOffsetBefore())));
  }

  private Optional<LocalDateTime> readingAfter(LocalDateTime after) {
    return clockReadings
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toLocalDateTime);
  }

  private Optional<LocalDateTime> readingUpTo(LocalDateTime upTo) {
    return clockReadings
        .lastExecution(upTo.withNano(0).plusSeconds(1).atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toLocalDateTime);
  }

  private static LocalDateTime later(LocalDateTime one, LocalDateTime other) {
    return other != null && other.isAfter(one) ? other : one;
  }

  private static LocalDateTime earlier(LocalDateTime one, LocalDateTime other) {
    return other.isBefore(one) ? other : one;
  }

  private static Optional<Instant> earliest(Optional<Instant> one, Optional<Instant> other) {
    return one.isPresent() && other.isPresent() && other.get().isBefore(one.get())
        ? other
        : one.or(() -> other);
  }

  private static Optional<Instant> latest(Optional<Instant> one, Optional<Instant> other) {
    return one.isPresent() && other.isPresent() && other.get().isAfter(one.get())
        ? other
        : one.or(() -> other);
  }

  /** A time between two changes of the clocks. */
  private record Span(
      Optional<ZoneOffsetTransition> start, Optional<ZoneOffsetTransition> end, ZoneOffset offset) {

    static Span at(ZoneRules rules, Instant time) {
      return new Span(
          Optional.ofNullable(rules.previousTransition(time.plusNanos(1))),
          Optional.ofNullable(rules.nextTransition(time)),
          rules.getOffset(time));
    }

    Instant instant(LocalDateTime reading) {
      return reading.toInstant(offset);
    }

    boolean holds(LocalDateTime reading) {
      return start.map(change -> !reading.isBefore(change.getDateTimeAfter())).orElse(true)
          && end.map(change -> reading.isBefore(change.getDateTimeBefore())).orElse(true);
    }

    /** The reading after which readings of this span are later than that time. */
    LocalDateTime localAfter(Instant time) {
      var first = start.map(change -> change.getDateTimeAfter().minusNanos(1)).orElse(null);
      return later(LocalDateTime.ofInstant(time, offset), first);
    }

    /** The reading up to which readings of this span are not later than that time. */
    LocalDateTime localUpTo(Instant time) {
      var local = LocalDateTime.ofInstant(time, offset);
      return end.map(change -> earlier(local, change.getDateTimeBefore().minusNanos(1)))
          .orElse(local);
    }
  }
}
