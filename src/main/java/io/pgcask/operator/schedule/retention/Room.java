package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.operator.backup.BackupPlaces;
import io.pgcask.operator.backup.BackupRetirement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many more removals may be begun. Counted by storage: one that does not answer gets no more to
 * do, and one that is gone for good stops no other.
 */
final class Room {

  /** Removals under way in one storage. */
  private static final int AT_ONCE = 5;

  /** Records without data that go in one go: each is one request. */
  private static final int RECORDS_AT_ONCE = 50;

  private final Map<String, Long> underWay;
  private int records;

  /** Beside what is under way. */
  Room(List<Backup> own) {
    underWay =
        new HashMap<>(
            own.stream()
                .filter(BackupRetirement::isUnderWay)
                .collect(Collectors.groupingBy(Room::storage, Collectors.counting())));
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
