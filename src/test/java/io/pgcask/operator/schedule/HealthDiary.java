package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.RecentRun;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What became of every Backup of a {@link ScheduleWorld}, also of those that are gone: the
 * reference for its health.
 */
final class HealthDiary {

  private final TreeSet<Entry> all =
      new TreeSet<>(Comparator.comparing(Entry::end).thenComparing(Entry::name));
  private final Map<String, Entry> there = new HashMap<>();
  private boolean news = true;

  private record Entry(String name, Instant slot, Instant end, boolean failed, boolean damaged) {

    boolean isGood() {
      return !failed && !damaged;
    }
  }

  void ended(String name, Instant slot, Instant end, boolean failed, boolean damaged) {
    var entry = new Entry(name, slot, end, failed, damaged);
    all.add(entry);
    there.put(name, entry);
    news = true;
  }

  void removed(Collection<String> names) {
    names.forEach(there::remove);
    news |= !names.isEmpty();
  }

  /** Whether anything has happened since the last check. */
  boolean hasNews() {
    return news;
  }

  void check(BackupSchedule schedule, ScheduleHealth health, Instant now) {
    news = false;
    assertThat(health.healthy().status())
        .as("Healthy at %s: %s", now, health.healthy())
        .isEqualTo(healthy(schedule, now));
    assertThat(health.lastSuccessfulTime()).isEqualTo(newest(good().map(Entry::end)));
    assertThat(health.lastFailureTime())
        .isEqualTo(newest(all.stream().filter(Entry::failed).map(Entry::end)));
    assertThat(health.consecutiveFailures())
        .as("failures one after the other at %s", now)
        .isEqualTo(consecutiveFailures());
    assertThat(health.damaged())
        .containsExactlyInAnyOrderElementsOf(
            there.values().stream().filter(Entry::damaged).map(Entry::name).toList());
    assertThat(ended(health.recentRuns()))
        .as("the newest ones, the newest first")
        .isEqualTo(
            there.values().stream()
                .sorted(Comparator.comparing(Entry::slot).reversed())
                .map(Entry::name)
                .limit(ended(health.recentRuns()).size())
                .toList());
    health
        .changesAt()
        .ifPresent(
            time -> {
              assertThat(healthy(schedule, time.minusSeconds(1))).isNotEqualTo("False");
              assertThat(healthy(schedule, time)).as("at changesAt").isEqualTo("False");
            });
  }

  private static List<String> ended(List<RecentRun> runs) {
    return runs.stream()
        .filter(run -> run.completionTime() != null)
        .map(RecentRun::backup)
        .toList();
  }

  private Stream<Entry> good() {
    return there.values().stream().filter(Entry::isGood);
  }

  private static Optional<Instant> newest(Stream<Instant> times) {
    return times.max(Comparator.naturalOrder());
  }

  /** Status of the condition. */
  private String healthy(BackupSchedule schedule, Instant now) {
    if (schedule.getSpec().maxAgeOfLastSuccess() == null) {
      return there.values().stream()
          .max(Comparator.comparing(Entry::end).thenComparing(Entry::slot))
          .map(last -> last.isGood() ? "True" : "False")
          .orElse("Unknown");
    }
    var age = Quantities.parse(schedule.getSpec().maxAgeOfLastSuccess());
    var newest = newest(good().map(Entry::slot));
    if (newest.isPresent()) {
      return now.isBefore(newest.get().plus(age)) ? "True" : "False";
    }
    var created = Instant.parse(schedule.getMetadata().getCreationTimestamp());
    return now.isBefore(created.plus(age)) && there.values().stream().noneMatch(Entry::damaged)
        ? "Unknown"
        : "False";
  }

  /** Those that ended after every one that went well, damaged or not. */
  private int consecutiveFailures() {
    var count = 0;
    for (var entry : all.descendingSet()) {
      if (!entry.failed()) {
        return count - tied(entry.end());
      }
      count++;
    }
    return count;
  }

  /** Failures of the very second of a success count as earlier. */
  private int tied(Instant success) {
    return (int)
        all.descendingSet().stream()
            .takeWhile(entry -> !entry.end().isBefore(success))
            .takeWhile(Entry::failed)
            .filter(entry -> entry.end().equals(success))
            .count();
  }
}
