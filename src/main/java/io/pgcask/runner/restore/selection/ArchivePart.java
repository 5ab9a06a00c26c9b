package io.pgcask.runner.restore.selection;

import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The selected entries of an archive, without the settings, which are always selected. */
public final class ArchivePart {
  private final Selection selection;
  private final List<ArchiveEntry> entries;
  private final Set<Integer> dumpIds;

  private ArchivePart(Selection selection, List<ArchiveEntry> entries) {
    this.selection = selection;
    this.entries = entries;
    this.dumpIds = Set.copyOf(selection.dumpIds());
  }

  /** Of a selection of this archive. */
  public static ArchivePart of(Archive archive, Selection selection) {
    var ids = Set.copyOf(selection.dumpIds());
    return new ArchivePart(
        selection,
        archive.entries().stream()
            .filter(entry -> ids.contains(entry.dumpId()))
            .filter(entry -> !EntryFacts.isSetting(entry))
            .toList());
  }

  /** The entries themselves, in the archive's order. */
  public List<ArchiveEntry> entries() {
    return entries;
  }

  /**
   * The same.
   *
   * @param withoutPublicSchema whether the entry of schema public itself is left out
   */
  public List<ArchiveEntry> entries(boolean withoutPublicSchema) {
    return entries.stream()
        .filter(entry -> !withoutPublicSchema || !EntryFacts.isPublicSchema(entry))
        .toList();
  }

  /** How many entries there are. */
  public int size() {
    return entries.size();
  }

  /** The numbers of the entries, settings included. */
  public Set<Integer> dumpIds() {
    return dumpIds;
  }

  /** The tables that the entries are parts of, such as rows, indexes and constraints. */
  public Set<QualifiedName> tables() {
    return entries.stream()
        .flatMap(entry -> EntryFacts.relation(entry).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The tables that get rows. */
  public Set<QualifiedName> loadedTables() {
    return entries.stream()
        .filter(entry -> entry.desc().equals("TABLE DATA"))
        .map(EntryFacts::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The tables that are created or get rows, partitions included.
   *
   * @param without numbers of entries; a table whose rows are one of these is left out
   */
  public Set<QualifiedName> tablesWithout(Set<Integer> without) {
    var tables =
        entries.stream()
            .filter(entry -> entry.desc().equals("TABLE") || entry.desc().equals("TABLE DATA"))
            .map(EntryFacts::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    entries.stream()
        .filter(entry -> entry.desc().equals("TABLE DATA") && without.contains(entry.dumpId()))
        .map(EntryFacts::name)
        .forEach(tables::remove);
    return tables;
  }

  /** The indexes that are created, those of constraints included. */
  public Set<QualifiedName> indexes() {
    return entries.stream()
        .flatMap(entry -> EntryFacts.index(entry).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Whether the planner's statistics are among them. */
  public boolean hasStatistics() {
    return entries.stream().anyMatch(entry -> entry.desc().equals("STATISTICS DATA"));
  }

  /** Whether large objects are written, be they created before or not. */
  public boolean writesLargeObjects() {
    return entries.stream().anyMatch(entry -> entry.desc().equals("BLOBS"));
  }

  /**
   * The lines of a file for {@code pg_restore --use-list}.
   *
   * @param withoutPublicSchema whether the entry of schema public itself is left out
   */
  public List<String> lines(boolean withoutPublicSchema) {
    var left =
        entries.stream()
            .filter(entry -> withoutPublicSchema && EntryFacts.isPublicSchema(entry))
            .map(ArchiveEntry::dumpId)
            .collect(Collectors.toSet());
    return new Selection(
            selection.dumpIds().stream().filter(id -> !left.contains(id)).toList(), List.of())
        .lines();
  }
}
