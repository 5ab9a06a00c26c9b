package io.pgcask.runner.restore.selection;

import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveSection;
import io.pgcask.runner.restore.selection.Finding.ForeignKeyLeftOut;
import io.pgcask.runner.restore.selection.Finding.Missing;
import io.pgcask.runner.restore.selection.Finding.PartitionAlone;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Selects entries of an archive: first by name, then what is there only together, then by section
 * and content.
 */
public final class EntrySelector {
  private final EntryGraph graph;
  private final EntryFilter filter;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<Integer> excluded;
  private final Set<Integer> selected;

  private EntrySelector(Archive archive, EntryFilter filter) {
    this.graph = new EntryGraph(archive.entries());
    this.filter = filter;
    var names = EntryNameIndex.of(archive.entries());
    var included = NamedEntries.of("include", filter.include(), names, findings);
    this.excluded = excluded(NamedEntries.of("exclude", filter.exclude(), names, findings));
    this.selected = filter.include().isEmpty() ? everything() : selected(included);
    selected.removeAll(excluded);
    if (filter.includeDependencies()) {
      addDependencies();
    }
  }

  /** Selects entries. */
  public static Selection select(Archive archive, EntryFilter filter) {
    return new EntrySelector(archive, filter).select();
  }

  private Selection select() {
    var candidates = inSectionsAndContent();
    var taken = candidates.stream().filter(entry -> missingPartners(entry).isEmpty()).toList();
    findings.addAll(missing(taken));
    candidates.stream()
        .map(this::foreignKeyLeftOut)
        .flatMap(Optional::stream)
        .forEach(findings::add);
    candidates.stream().map(this::partitionAlone).flatMap(Optional::stream).forEach(findings::add);
    return new Selection(taken.stream().map(ArchiveEntry::dumpId).toList(), List.copyOf(findings));
  }

  /** The database itself stays out always: the Restore has made it. */
  private Set<Integer> excluded(NamedEntries names) {
    var alone = new HashSet<>(names.schemas());
    alone.addAll(names.functions());
    alone.addAll(names.triggers());
    graph.entries().stream()
        .filter(entry -> EntryFacts.isDatabase(entry) || isSkippedExtension(entry))
        .map(ArchiveEntry::dumpId)
        .forEach(alone::add);
    var withPartitions = new HashSet<>(names.tables());
    withPartitions.addAll(names.indexes());
    var all = new HashSet<>(graph.withParts(alone));
    all.addAll(graph.withPartsAndPartitions(withPartitions));
    return all;
  }

  private boolean isSkippedExtension(ArchiveEntry entry) {
    return entry.desc().equals("EXTENSION") && filter.skippedExtensions().contains(entry.tag());
  }

  private Set<Integer> everything() {
    return graph.entries().stream()
        .map(ArchiveEntry::dumpId)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /**
   * With what attaches partitions, which is nobody's part and drops out again where it joins
   * nothing.
   */
  private Set<Integer> selected(NamedEntries names) {
    var all = new HashSet<>(graph.withPartsAndPartitions(names.all()));
    graph.entries().stream()
        .filter(entry -> EntryFacts.attachment(entry).isPresent())
        .filter(entry -> !graph.joinedBy(entry).isEmpty())
        .map(ArchiveEntry::dumpId)
        .forEach(all::add);
    return all;
  }

  private void addDependencies() {
    var open = new ArrayDeque<>(selected);
    while (!open.isEmpty()) {
      for (var needed : graph.needs(graph.entry(open.remove()))) {
        if (selected.contains(needed.dumpId()) || excluded.contains(needed.dumpId())) {
          continue;
        }
        for (int id : graph.withPartsAndPartitions(List.of(graph.outermost(needed).dumpId()))) {
          if (!excluded.contains(id) && selected.add(id)) {
            open.add(id);
          }
        }
      }
    }
  }

  private List<ArchiveEntry> inSectionsAndContent() {
    var taken = new ArrayList<ArchiveEntry>();
    var section = ArchiveSection.PRE_DATA;
    for (var entry : graph.entries()) {
      // as pg_restore does it
      section = entry.section() == ArchiveSection.NONE ? section : entry.section();
      if (EntryFacts.isSetting(entry)
          || selected.contains(entry.dumpId()) && isIn(section) && hasContent(entry)) {
        taken.add(entry);
      }
    }
    return taken;
  }

  private boolean isIn(ArchiveSection section) {
    return filter.sections().isEmpty()
        || switch (section) {
          case NONE -> false;
          case PRE_DATA -> filter.sections().contains(DumpSection.PRE_DATA);
          case DATA -> filter.sections().contains(DumpSection.DATA);
          case POST_DATA -> filter.sections().contains(DumpSection.POST_DATA);
        };
  }

  /** The planner's statistics are of use only with both. */
  private boolean hasContent(ArchiveEntry entry) {
    return switch (filter.content()) {
      case ALL -> true;
      case SCHEMA_ONLY -> !EntryFacts.isData(entry) && !entry.desc().equals("STATISTICS DATA");
      case DATA_ONLY -> EntryFacts.isData(entry);
    };
  }

  private List<ArchiveEntry> missingPartners(ArchiveEntry entry) {
    return graph.joinedBy(entry).stream()
        .filter(partner -> !selected.contains(partner.dumpId()))
        .toList();
  }

  private List<Missing> missing(List<ArchiveEntry> taken) {
    var missing = new LinkedHashMap<Integer, List<ArchiveEntry>>();
    for (var entry : taken) {
      for (var needed : graph.needs(entry)) {
        if (!selected.contains(needed.dumpId())) {
          var outermost = graph.outermost(needed);
          var missed = selected.contains(outermost.dumpId()) ? needed : outermost;
          var neededBy = missing.computeIfAbsent(missed.dumpId(), none -> new ArrayList<>());
          if (neededBy.isEmpty() || neededBy.getLast() != entry) {
            neededBy.add(entry);
          }
        }
      }
    }
    return missing.entrySet().stream()
        .map(row -> new Missing(graph.entry(row.getKey()), List.copyOf(row.getValue())))
        .toList();
  }

  private Optional<Finding> foreignKeyLeftOut(ArchiveEntry entry) {
    var missing = missingPartners(entry);
    return entry.desc().equals("FK CONSTRAINT") && !missing.isEmpty()
        ? Optional.of(new ForeignKeyLeftOut(entry, missing))
        : Optional.empty();
  }

  private Optional<Finding> partitionAlone(ArchiveEntry entry) {
    if (!entry.desc().equals("TABLE ATTACH") || missingPartners(entry).size() != 1) {
      return Optional.empty();
    }
    var parent = missingPartners(entry).getFirst();
    return graph.joinedBy(entry).stream()
        .filter(partition -> graph.parentOf(partition).filter(parent::equals).isPresent())
        .findFirst()
        .map(partition -> new PartitionAlone(partition, parent));
  }
}
