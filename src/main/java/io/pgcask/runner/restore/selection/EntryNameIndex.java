package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The names in an archive that patterns can fit, by kind.
 *
 * @param schemas what is in which schema, and the schemas themselves
 * @param tables also what is a part of a table that is no entry itself, in an archive of data alone
 */
record EntryNameIndex(
    List<Named> schemas,
    List<Named> tables,
    List<Named> functions,
    List<Named> indexes,
    List<Named> triggers) {

  /**
   * A name and whose it is.
   *
   * @param arguments types of a function's arguments
   */
  record Named(String schema, String name, String arguments, int dumpId) {
    Named(QualifiedName name, ArchiveEntry entry) {
      this(name.schema(), name.name(), "", entry.dumpId());
    }
  }

  static EntryNameIndex of(List<ArchiveEntry> entries) {
    var index =
        new EntryNameIndex(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    entries.forEach(index::add);
    return index;
  }

  private void add(ArchiveEntry entry) {
    var name = EntryFacts.name(entry);
    if (entry.desc().equals("SCHEMA")) {
      schemas.add(new Named(new QualifiedName(entry.tag(), ""), entry));
    } else if (!entry.namespace().isEmpty()) {
      schemas.add(new Named(name, entry));
    }
    if (EntryFacts.isRelation(entry)) {
      tables.add(new Named(name, entry));
    } else {
      EntryFacts.relation(entry).ifPresent(table -> tables.add(new Named(table, entry)));
    }
    EntryFacts.function(entry)
        .ifPresent(
            function ->
                functions.add(
                    new Named(
                        function.schema(), function.name(), function.arguments(), entry.dumpId())));
    EntryFacts.index(entry).ifPresent(index -> indexes.add(new Named(index, entry)));
    EntryFacts.trigger(entry)
        .ifPresent(
            trigger ->
                triggers.add(new Named(new QualifiedName(entry.namespace(), trigger), entry)));
  }
}
