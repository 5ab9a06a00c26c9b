package io.pgcask.operator.schedule.retention;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of the Backups of a schedule. Pure.
 *
 * <ul>
 *   <li>Only good ones count: a rule that keeps seven keeps seven good ones.
 *   <li>One that does not count stays where it would stay if it counted, but never in the place of
 *       one that does; and as long as not {@code minKeep} good ones are newer.
 *   <li>{@code maxAge} wins over the rules, {@code minKeep} over {@code maxAge}, and a hold over
 *       everything.
 *   <li>What is dated ahead of the clock stays, and has no part in anything else.
 *   <li>While the newest attempt is none to rely on, nothing that holds data goes.
 * </ul>
 *
 * @param decisions one for each Backup, the newest first, as if nothing was paused
 * @param paused why nothing that holds data goes at present
 * @param retained how many hold data, whether they count or not
 */
record RetentionPlan(List<Decision> decisions, Optional<String> paused, int retained) {

  private static final String LAST = "keepLast";

  /**
   * Decides.
   *
   * @param zone in which hours, days, weeks, months and years begin
   * @param suspended whether no new Backups come
   */
  static RetentionPlan of(
      RetentionRules rules,
      ZoneId zone,
      boolean suspended,
      Collection<Candidate> backups,
      Instant now) {
    var newestFirst =
        backups.stream().map(one -> one.asOf(now)).sorted(Candidate.NEWEST_FIRST).toList();
    var kept = new HashMap<String, List<String>>();
    var newerGood = new HashMap<String, Integer>();
    for (var series : series(newestFirst)) {
      var good = series.stream().filter(Candidate::isGood).toList();
      // chosen among themselves, so that what does not count displaces nothing
      if (good.size() < series.size()) {
        kept.putAll(choose(rules, zone, series));
        good.forEach(one -> kept.remove(one.name()));
      }
      kept.putAll(choose(rules, zone, good));
      countNewerGood(series, newerGood);
    }
    var failedLimit = failedToKeep(rules, newestFirst);
    var decisions = new ArrayList<Decision>();
    var failed = 0;
    for (var candidate : newestFirst) {
      decisions.add(
          switch (candidate.standing()) {
            case Standing.Apart apart -> new Decision.Keep(candidate, List.of(apart.why()));
            case Standing.Gone gone ->
                candidate
                    .spared()
                    .<Decision>map(why -> new Decision.Keep(candidate, List.of(why)))
                    .orElseGet(() -> new Decision.Remove(candidate, "its data is gone"));
            case Standing.Failed none ->
                ++failed <= failedLimit
                    ? new Decision.Keep(candidate, List.of("failedHistoryLimit"))
                    : failedRecord(candidate, failedLimit);
            case Standing.Good good ->
                data(rules, candidate, kept, newerGood.get(candidate.name()), now);
            case Standing.Uncounted uncounted ->
                data(rules, candidate, kept, newerGood.get(candidate.name()), now);
          });
    }
    var retained = (int) backups.stream().filter(Candidate::holdsData).count();
    return new RetentionPlan(decisions, paused(rules, suspended, newestFirst), retained);
  }

  /** What may go now, the oldest first. */
  List<Decision.Remove> removals() {
    return removed().filter(gone -> paused.isEmpty() || !gone.candidate().holdsData()).toList();
  }

  /** What will go once nothing is paused, the oldest first. */
  List<Decision.Remove> expected() {
    return removed().toList();
  }

  private Stream<Decision.Remove> removed() {
    return decisions.reversed().stream()
        .filter(Decision.Remove.class::isInstance)
        .map(Decision.Remove.class::cast);
  }

  /**
   * The good ones whose being there is why others of their series may go: the newest of those that
   * stay.
   */
  List<Candidate> pillars(Series series, int count) {
    return decisions.stream()
        .filter(Decision.Keep.class::isInstance)
        .map(Decision::candidate)
        .filter(candidate -> candidate.isGood() && candidate.series().equals(series))
        .limit(count)
        .toList();
  }

  /** When time alone will next make a difference; empty: never. */
  Optional<Instant> changes(RetentionRules rules, Instant now) {
    return decisions.stream()
        .filter(made -> made.candidate().holdsData() && made.candidate().spared().isEmpty())
        .flatMap(
            made ->
                Stream.concat(
                    rules.maxAge().map(age -> made.candidate().time().plus(age)).stream(),
                    made.candidate().lockedUntil().stream()))
        .filter(time -> time.isAfter(now))
        .min(Instant::compareTo);
  }

  private static Collection<List<Candidate>> series(List<Candidate> newestFirst) {
    return newestFirst.stream()
        .filter(Candidate::holdsData)
        .collect(Collectors.groupingBy(Candidate::series, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  /** Of some, the newest first, the names of those that rules choose, and by which. */
  private static Map<String, List<String>> choose(
      RetentionRules rules, ZoneId zone, List<Candidate> some) {
    var chosen = new HashMap<String, List<String>>();
    some.stream()
        .limit(rules.keepLast())
        .forEach(one -> chosen.computeIfAbsent(one.name(), none -> new ArrayList<>()).add(LAST));
    rules
        .keep()
        .forEach(
            (period, count) -> {
              var seen = new HashSet<>();
              for (var one : some) {
                if (seen.add(period.of(one.time(), zone))) {
                  chosen.computeIfAbsent(one.name(), none -> new ArrayList<>()).add(period.field());
                }
                if (seen.size() == count) {
                  break;
                }
              }
            });
    return chosen;
  }

  private static void countNewerGood(List<Candidate> newestFirst, Map<String, Integer> newerGood) {
    var count = 0;
    for (var candidate : newestFirst) {
      newerGood.put(candidate.name(), count);
      if (candidate.isGood()) {
        count++;
      }
    }
  }

  private static Decision data(
      RetentionRules rules,
      Candidate candidate,
      Map<String, List<String>> kept,
      int newerGood,
      Instant now) {
    var by = new ArrayList<String>();
    candidate.spared().ifPresent(by::add);
    candidate
        .lockedUntil()
        .filter(until -> until.isAfter(now))
        .ifPresent(until -> by.add("object lock protects it until " + until));
    if (newerGood < rules.minKeep()) {
      by.add(candidate.isGood() ? "minKeep" : "fewer than minKeep good ones are newer");
    }
    var tooOld = rules.tooOld(candidate.time(), now);
    if (!tooOld) {
      by.addAll(kept.getOrDefault(candidate.name(), List.of()));
      if (!rules.choose()) {
        by.add(rules.maxAge().isPresent() ? "maxAge" : "no rule removes it");
      }
    }
    if (!by.isEmpty()) {
      return new Decision.Keep(candidate, List.copyOf(by));
    }
    var why = tooOld ? rules.tooOldWords() : rules.notChosenWords();
    return new Decision.Remove(
        candidate,
        candidate.standing() instanceof Standing.Uncounted uncounted
            ? why + "; " + uncounted.why()
            : why);
  }

  private static Decision failedRecord(Candidate candidate, int limit) {
    return candidate
        .spared()
        .<Decision>map(why -> new Decision.Keep(candidate, List.of(why)))
        .orElseGet(
            () ->
                new Decision.Remove(
                    candidate,
                    "failed, and %d newer ones are kept (failedHistoryLimit)".formatted(limit)));
  }

  /**
   * The record of the newest attempt stays in any case: if it failed, it is what retention is
   * paused by.
   */
  private static int failedToKeep(RetentionRules rules, List<Candidate> newestFirst) {
    return newestAttempt(newestFirst)
        .filter(newest -> newest.standing() instanceof Standing.Failed)
        .map(newest -> Math.max(1, rules.failedHistoryLimit()))
        .orElse(rules.failedHistoryLimit());
  }

  private static Optional<Candidate> newestAttempt(List<Candidate> newestFirst) {
    return newestFirst.stream().filter(Candidate::isEndedAttempt).findFirst();
  }

  private static Optional<String> paused(
      RetentionRules rules, boolean suspended, List<Candidate> newestFirst) {
    var failing =
        newestAttempt(newestFirst)
            .flatMap(
                newest ->
                    newest
                        .trouble()
                        .map(
                            trouble ->
                                "the newest Backup, %s, %s; the older ones stay until one succeeds"
                                    .formatted(newest.name(), trouble)));
    if (failing.isPresent()) {
      return failing;
    }
    if (suspended) {
      return Optional.of("spec.suspend is true: no new Backups come, so the old ones stay");
    }
    var data = newestFirst.stream().filter(Candidate::holdsData).toList();
    if (data.isEmpty() || data.stream().anyMatch(Candidate::isGood)) {
      return Optional.empty();
    }
    var why =
        data.stream()
            .map(one -> ((Standing.Uncounted) one.standing()).why())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return Optional.of(
        "none of the %d Backups counts (%s), so none goes%s"
            .formatted(
                data.size(),
                why,
                rules.verifiedOnly() ? "; verifiedOnly needs ones that were verified" : ""));
  }
}
