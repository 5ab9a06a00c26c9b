package io.pgcask.runner.restore;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveSection;
import io.pgcask.archive.DataPlace;
import java.util.List;
import java.util.Optional;

/** Entries of archives that were never written. */
public final class Entries {
  private Entries() {}

  /** An entry with a number, as what others depend on it by. */
  public static ArchiveEntry entry(
      int id, String desc, String namespace, String tag, String definition, Integer... needed) {
    return entry(id, desc, namespace, tag, definition, "", "old", needed);
  }

  /** The same with the text that drops it and an owner. */
  public static ArchiveEntry entry(
      int id,
      String desc,
      String namespace,
      String tag,
      String definition,
      String drop,
      String owner,
      Integer... needed) {
    return new ArchiveEntry(
        id,
        false,
        0,
        0,
        tag,
        desc,
        ArchiveSection.PRE_DATA,
        definition,
        drop,
        "",
        namespace,
        "",
        "",
        Optional.empty(),
        owner,
        List.of(needed),
        new DataPlace.None());
  }
}
