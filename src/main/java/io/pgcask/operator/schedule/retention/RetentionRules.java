package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Retention;
import io.pgcask.operator.Quantities;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the spec says, with its defaults.
 *
 * @param keepLast so many of the newest; 0: the rule is absent
 * @param keep of how many periods the newest one each
 * @param maxAge older ones go, whatever the rules above say
 * @param minKeep so many of the newest good ones stay, whatever the rules say; 1 at least
 * @param verifiedOnly whether only those count that were verified and passed
 * @param failedHistoryLimit how many failed ones stay as a record
 * @param tooOldWords for people, why something goes that is too old
 * @param notChosenWords for people, why something goes that no rule chooses
 */
record RetentionRules(
    int keepLast,
    Map<Period, Integer> keep,
    Optional<Duration> maxAge,
    int minKeep,
    boolean verifiedOnly,
    int failedHistoryLimit,
    String tooOldWords,
    String notChosenWords) {

  private static final int DEFAULT_MIN_KEEP = 1;
  private static final int DEFAULT_FAILED_HISTORY = 3;

  /** As the spec has them. */
  static RetentionRules of(Retention spec) {
    var keep = new EnumMap<Period, Integer>(Period.class);
    put(keep, Period.HOUR, spec.keepHourly());
    put(keep, Period.DAY, spec.keepDaily());
    put(keep, Period.WEEK, spec.keepWeekly());
    put(keep, Period.MONTH, spec.keepMonthly());
    put(keep, Period.YEAR, spec.keepYearly());
    return new RetentionRules(
        Optional.ofNullable(spec.keepLast()).orElse(0),
        keep,
        Optional.ofNullable(spec.maxAge()).map(Quantities::parse),
        Math.max(1, Optional.ofNullable(spec.minKeep()).orElse(DEFAULT_MIN_KEEP)),
        Boolean.TRUE.equals(spec.verifiedOnly()),
        Optional.ofNullable(spec.failedHistoryLimit()).orElse(DEFAULT_FAILED_HISTORY),
        "older than maxAge (%s)".formatted(spec.maxAge()),
        "no rule keeps it (%s)".formatted(words(spec.keepLast(), keep)));
  }

  private static void put(Map<Period, Integer> keep, Period period, Integer count) {
    if (count != null) {
      keep.put(period, count);
    }
  }

  /** Whether there is a rule that chooses; without one all stay that are young enough. */
  boolean choose() {
    return keepLast > 0 || !keep.isEmpty();
  }

  /** Whether something of that time is too old. */
  boolean tooOld(Instant time, Instant now) {
    return maxAge.filter(age -> !now.isBefore(time.plus(age))).isPresent();
  }

  private static String words(Integer keepLast, Map<Period, Integer> keep) {
    List<String> words = new ArrayList<>();
    if (keepLast != null) {
      words.add("keepLast " + keepLast);
    }
    keep.forEach((period, count) -> words.add(period.field() + " " + count));
    return String.join(", ", words);
  }
}
