package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.operator.backup.BackupPlaces;
import io.pgcask.operator.backup.BackupRetirement;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many more removals may be begun. Counted by storage: one that does not answer gets no more to
 * do, and one that is gone for good stops no other.
 */
final class Room {

  /** Removals under way in one storage. */
  private static final int AT_ONCE = 5;

  /** Records without data that go in one go: each is one request. */
  private static final int RECORDS_AT_ONCE = 50;

  private final Map<String, List<Backup>> before;
  private final Map<String, Long> underWay = new HashMap<>();
  private int records;

  /** Beside what is under way. */
  Room(List<Backup> own) {
    before =
        own.stream()
            .filter(BackupRetirement::isUnderWay)
            .collect(Collectors.groupingBy(Room::storage));
    before.forEach((storage, some) -> underWay.put(storage, (long) some.size()));
  }

  /**
   * That Backups find no room because of removals that do not end; else retention of that storage
   * would stop without a word.
   *
   * @param due Backups that hold data and are to go
   */
  Optional<String> stuck(Stream<Backup> due, Instant now) {
    var words =
        due.map(Room::storage)
            .distinct()
            .filter(storage -> underWay.getOrDefault(storage, 0L) >= AT_ONCE)
            .flatMap(storage -> late(before.getOrDefault(storage, List.of()), now).stream())
            .sorted()
            .collect(Collectors.joining("; "));
    return Optional.of(words).filter(some -> !some.isEmpty());
  }

  /** Of one storage. */
  private static Optional<String> late(List<Backup> underWay, Instant now) {
    return underWay.stream()
        .flatMap(backup -> BackupRetirement.lateSince(backup, now).stream())
        .min(Comparator.naturalOrder())
        .map(
            since ->
                "%d removals are under way in %s, the oldest since %s, and no more begin there; their status says why"
                    .formatted(
                        underWay.size(),
                        underWay.getFirst().getStatus().resolved().storage().location(""),
                        since));
  }

  boolean has(Candidate candidate, Backup backup) {
    return candidate.holdsData()
        ? underWay.getOrDefault(storage(backup), 0L) < AT_ONCE
        : records < RECORDS_AT_ONCE;
  }

  void take(Candidate candidate, Backup backup) {
    if (candidate.holdsData()) {
      underWay.merge(storage(backup), 1L, Long::sum);
    } else {
      records++;
    }
  }

  private static String storage(Backup backup) {
    return BackupPlaces.storage(backup).orElse("");
  }
}
