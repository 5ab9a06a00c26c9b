package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import java.util.List;
import java.util.stream.Collectors;

/** Something that whoever selected the entries should know before they are restored. */
public sealed interface Finding {
  /** A sentence for the user. */
  String message();

  /**
   * A pattern fits nothing in the archive.
   *
   * @param field e.g. {@code include.tables}
   */
  record Unmatched(String field, String pattern) implements Finding {
    @Override
    public String message() {
      return "%s: %s matches nothing in the archive".formatted(field, pattern);
    }
  }

  /** A pattern is none. What it was to name is neither chosen nor left out. */
  record InvalidPattern(String field, String pattern, String why) implements Finding {
    @Override
    public String message() {
      return "%s: %s cannot be used: %s".formatted(field, pattern, why);
    }
  }

  /**
   * Something is needed and not selected: it must be there already, or the Restore fails.
   *
   * @param needed the entry that is missed
   * @param neededBy the selected entries that need it, in the archive's order
   */
  record Missing(ArchiveEntry needed, List<ArchiveEntry> neededBy) implements Finding {
    @Override
    public String message() {
      var more = neededBy.size() - 1;
      return "%s is needed by %s%s and is not selected"
          .formatted(
              needed.shown(),
              neededBy.getFirst().shown(),
              more == 0 ? "" : " and %d more".formatted(more));
    }
  }

  /**
   * A foreign key stays out since the other table, or its key, is not selected.
   *
   * @param missing what it refers to
   */
  record ForeignKeyLeftOut(ArchiveEntry foreignKey, List<ArchiveEntry> missing) implements Finding {
    @Override
    public String message() {
      return "%s is left out, since it refers to what is not selected: %s"
          .formatted(
              foreignKey.shown(),
              missing.stream().map(ArchiveEntry::shown).collect(Collectors.joining(", ")));
    }
  }

  /** A partition is selected without the table that it is a partition of. */
  record PartitionAlone(ArchiveEntry partition, ArchiveEntry parent) implements Finding {
    @Override
    public String message() {
      return "%s becomes a table of its own, since %s is not selected"
          .formatted(partition.shown(), parent.shown());
    }
  }
}
