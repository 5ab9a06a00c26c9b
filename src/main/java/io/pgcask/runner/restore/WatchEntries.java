package io.pgcask.runner.restore;

import io.pgcask.archive.ArchiveEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What of an archive is pgcask's own: schema {@code pgcask} and the triggers that call its
 * functions, by which an operator followed the original while it was dumped. pg_dump cannot leave
 * triggers out, and without the functions no dump would restore by itself; so they are in it. Pure.
 */
final class WatchEntries {
  private static final String SCHEMA = "pgcask";

  private WatchEntries() {}

  /**
   * Finds them.
   *
   * @param entries in the archive's order: what is needed comes first
   * @return their numbers
   */
  static Set<Integer> of(List<ArchiveEntry> entries) {
    var ours = new HashSet<Integer>();
    for (var entry : entries) {
      boolean isOurs =
          entry.namespace().equals(SCHEMA)
              || entry.desc().equals("SCHEMA") && entry.tag().equals(SCHEMA)
              || entry.tag().equals("SCHEMA " + SCHEMA)
              || calls(entry)
              || entry.dependencies().stream().anyMatch(ours::contains);
      if (isOurs) {
        ours.add(entry.dumpId());
      }
    }
    return ours;
  }

  private static boolean calls(ArchiveEntry entry) {
    return entry.desc().endsWith("TRIGGER")
        && entry.definition().contains("EXECUTE FUNCTION " + SCHEMA + ".");
  }
}
