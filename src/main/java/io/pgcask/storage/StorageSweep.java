package io.pgcask.storage;

import io.pgcask.contract.ClaimedNames;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Swept;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks for directories of backups that no Backup records. It lists and reads, and never writes:
 * what nobody records may be all that somebody has.
 */
public final class StorageSweep {
  /** Directories of which the names are read, in each storage. */
  private static final int MAX_NAMES = 20_000;

  /** Directories that are looked into, a few requests each. */
  private static final int MAX_LOOKS = 1000;

  /** After this no further one is looked into. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Bounds of what is said of storages that fail: a termination message takes all of it. */
  private static final int MAX_FAILURES = 4;

  private static final int MAX_FAILURE = 250;

  private static final Comparator<Swept.Found> COMPLETE_FIRST =
      Comparator.comparing((Swept.Found found) -> !found.complete())
          .thenComparing(Swept.Found::storage)
          .thenComparing(Swept.Found::name);

  private final String directory;
  private final ClaimedNames claimed;
  private final Instant before;
  private final InstantSource clock;
  private final Instant end;
  private final List<Swept.Found> found = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int looks;
  private boolean more;

  private StorageSweep(
      String directory, ClaimedNames claimed, Instant before, InstantSource clock) {
    this.directory = directory;
    this.claimed = claimed;
    this.before = before;
    this.clock = clock;
    this.end = clock.instant().plus(LIMIT);
  }

  /**
   * Looks into each storage. One that fails does not keep the others from being looked into.
   *
   * @param directory whose directories are backups
   * @param claimed names of those that somebody records
   * @param before what was written later may still be at work, and is passed over
   */
  public static Swept of(
      List<ObjectStore> stores,
      String directory,
      ClaimedNames claimed,
      Instant before,
      InstantSource clock) {
    var sweep = new StorageSweep(directory, claimed, before, clock);
    for (int i = 0; i < stores.size(); i++) {
      try {
        stores.get(i).check(); // or an absent bucket would be an empty one
        sweep.look(stores.get(i), i);
      } catch (StorageException e) {
        sweep.failures.add(shortened(e.getMessage()));
      }
    }
    return sweep.swept();
  }

  private void look(ObjectStore store, int number) throws StorageException {
    var names = store.directories(directory, MAX_NAMES);
    more |= names.size() == MAX_NAMES;
    for (var name : names.stream().sorted().toList()) {
      if (claimed.contains(name) || name.equals(".") || name.equals("..")) {
        continue; // no writer of ours makes the latter two, and no key can have them
      }
      if (looks == MAX_LOOKS || !clock.instant().isBefore(end)) {
        more = true;
        return;
      }
      looks++;
      var path = directory + "/" + name;
      var contents = store.contents(path);
      if (contents.lastModified().filter(time -> time.isBefore(before)).isPresent()) {
        found.add(
            new Swept.Found(
                number,
                name,
                store.size(path + "/" + Manifest.NAME).isPresent(),
                contents.sizeBytes(),
                contents.lastModified().get()));
      }
    }
  }

  private static String shortened(String message) {
    return message.length() <= MAX_FAILURE ? message : message.substring(0, MAX_FAILURE - 1) + "…";
  }

  private Swept swept() {
    var complete = (int) found.stream().filter(Swept.Found::complete).count();
    return new Swept(
        complete,
        found.size() - complete,
        found.stream().mapToLong(Swept.Found::sizeBytes).sum(),
        more,
        found.stream().sorted(COMPLETE_FIRST).limit(Swept.MAX_FOUND).toList(),
        failures.stream().limit(MAX_FAILURES).toList());
  }
}
