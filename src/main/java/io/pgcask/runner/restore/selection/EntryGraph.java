package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the entries of an archive hang together: what is a part of what, what is there only if two
 * others are, and what needs what.
 */
final class EntryGraph {
  /** Kinds that need nothing but what they are a part of; their dependencies are for the order. */
  private static final Set<String> NEEDS_ITS_WHOLE =
      Set.of(
          "ACL",
          "COMMENT",
          "SECURITY LABEL",
          "TABLE DATA",
          "MATERIALIZED VIEW DATA",
          "SEQUENCE SET",
          "STATISTICS DATA");

  private final List<ArchiveEntry> entries;
  private final Map<Integer, ArchiveEntry> byId = new HashMap<>();
  private final Map<QualifiedName, ArchiveEntry> relations = new HashMap<>();
  private final Map<QualifiedName, ArchiveEntry> indexes = new HashMap<>();
  private final Map<QualifiedName, ArchiveEntry> domains = new HashMap<>();
  private final Map<String, ArchiveEntry> schemas = new HashMap<>();
  private final Map<Integer, ArchiveEntry> wholes = new HashMap<>();
  private final Map<Integer, List<ArchiveEntry>> parts = new HashMap<>();
  private final Map<Integer, ArchiveEntry> parents = new HashMap<>();
  private final Map<Integer, List<ArchiveEntry>> partitions = new HashMap<>();
  private final Map<Integer, Set<ArchiveEntry>> joins = new HashMap<>();
  private final ExclusionNeeds exclusions;

  EntryGraph(List<ArchiveEntry> entries) {
    this.entries = entries;
    this.exclusions = new ExclusionNeeds(entries);
    entries.forEach(this::register);
    entries.forEach(this::attach);
    for (var entry : entries) {
      whole(entry)
          .filter(whole -> whole.dumpId() != entry.dumpId())
          .ifPresent(
              whole -> {
                wholes.putIfAbsent(entry.dumpId(), whole);
                parts.computeIfAbsent(whole.dumpId(), none -> new ArrayList<>()).add(entry);
              });
      var joined = joined(entry);
      if (!joined.isEmpty()) {
        joins.put(entry.dumpId(), joined);
      }
    }
  }

  private void register(ArchiveEntry entry) {
    byId.put(entry.dumpId(), entry);
    if (EntryFacts.isRelation(entry)) {
      relations.put(EntryFacts.name(entry), entry);
    }
    EntryFacts.index(entry).ifPresent(name -> indexes.put(name, entry));
    switch (entry.desc()) {
      case "DOMAIN" -> domains.put(EntryFacts.name(entry), entry);
      case "SCHEMA" -> schemas.put(entry.tag(), entry);
      default -> {}
    }
  }

  private void attach(ArchiveEntry entry) {
    var known = entry.desc().equals("TABLE ATTACH") ? relations : indexes;
    EntryFacts.attachment(entry)
        .filter(names -> known.containsKey(names.parent()))
        .filter(names -> known.containsKey(names.partition()))
        .ifPresent(
            names -> {
              var parent = known.get(names.parent());
              var partition = known.get(names.partition());
              parents.put(partition.dumpId(), parent);
              partitions.computeIfAbsent(parent.dumpId(), none -> new ArrayList<>()).add(partition);
            });
    EntryFacts.ownerOfSequence(entry)
        .map(relations::get)
        .ifPresent(
            table -> {
              var sequence = relations.get(EntryFacts.name(entry));
              if (sequence != null && sequence.dumpId() != table.dumpId()) {
                wholes.put(sequence.dumpId(), table);
                parts.computeIfAbsent(table.dumpId(), none -> new ArrayList<>()).add(sequence);
              }
            });
  }

  private Optional<ArchiveEntry> whole(ArchiveEntry entry) {
    return switch (entry.desc()) {
      case "COMMENT", "ACL", "SECURITY LABEL" -> dependencies(entry).stream().findFirst();
      case "USER MAPPING" ->
          dependencies(entry).stream().filter(on -> on.desc().equals("SERVER")).findFirst();
      case "STATISTICS DATA" ->
          dependencies(entry).stream()
              .filter(on -> EntryFacts.isRelation(on) || EntryFacts.index(on).isPresent())
              .findFirst();
      default ->
          EntryFacts.relation(entry)
              .map(relations::get)
              .or(() -> EntryFacts.domain(entry).map(domains::get));
    };
  }

  private Set<ArchiveEntry> joined(ArchiveEntry entry) {
    var joined = new LinkedHashSet<ArchiveEntry>();
    switch (entry.desc()) {
      case "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA" ->
          joined.addAll(dependencies(entry));
      case "SEQUENCE OWNED BY" -> {
        whole(entry).ifPresent(joined::add);
        EntryFacts.ownerOfSequence(entry).map(relations::get).ifPresent(joined::add);
      }
      case "TABLE ATTACH", "INDEX ATTACH" -> {
        var known = entry.desc().equals("TABLE ATTACH") ? relations : indexes;
        EntryFacts.attachment(entry)
            .map(names -> known.get(names.partition()))
            .ifPresent(joined::add);
        EntryFacts.attachment(entry).map(names -> known.get(names.parent())).ifPresent(joined::add);
      }
      case "TRIGGER" -> {
        if (!EntryFacts.createsTrigger(entry)) {
          whole(entry).ifPresent(joined::add);
          whole(entry).flatMap(this::parentOf).ifPresent(joined::add);
        }
      }
      case "FK CONSTRAINT" -> {
        whole(entry).ifPresent(joined::add);
        EntryFacts.referred(entry).map(relations::get).ifPresent(joined::add);
        dependencies(entry).stream()
            .filter(on -> EntryFacts.index(on).isPresent())
            .forEach(joined::add);
      }
      default -> {}
    }
    return joined;
  }

  List<ArchiveEntry> entries() {
    return entries;
  }

  ArchiveEntry entry(int dumpId) {
    return byId.get(dumpId);
  }

  /** What an entry is a part of. */
  Optional<ArchiveEntry> wholeOf(ArchiveEntry entry) {
    return Optional.ofNullable(wholes.get(entry.dumpId()));
  }

  /** The outermost entry without which this one cannot be; often itself. */
  ArchiveEntry outermost(ArchiveEntry entry) {
    var seen = new HashSet<Integer>();
    var outer = entry;
    while (seen.add(outer.dumpId())) {
      var inner = outer;
      outer = wholeOf(inner).filter(whole -> isHard(inner, whole)).orElse(inner);
    }
    return outer;
  }

  /** The table or index that this one is a partition of. */
  Optional<ArchiveEntry> parentOf(ArchiveEntry entry) {
    return Optional.ofNullable(parents.get(entry.dumpId()));
  }

  /** An entry with these is there only if all of them are. */
  Set<ArchiveEntry> joinedBy(ArchiveEntry entry) {
    return joins.getOrDefault(entry.dumpId(), Set.of());
  }

  /** The entries with all their parts and the parts of these. */
  Set<Integer> withParts(Collection<Integer> dumpIds) {
    return closure(dumpIds, false);
  }

  /** The same, with partitions. */
  Set<Integer> withPartsAndPartitions(Collection<Integer> dumpIds) {
    return closure(dumpIds, true);
  }

  private Set<Integer> closure(Collection<Integer> dumpIds, boolean withPartitions) {
    var reached = new LinkedHashSet<>(dumpIds);
    var open = new ArrayDeque<>(dumpIds);
    while (!open.isEmpty()) {
      int id = open.remove();
      var next = new ArrayList<>(parts.getOrDefault(id, List.of()));
      if (withPartitions) {
        next.addAll(partitions.getOrDefault(id, List.of()));
      }
      for (var entry : next) {
        if (reached.add(entry.dumpId())) {
          open.add(entry.dumpId());
        }
      }
    }
    return reached;
  }

  /** The entries without which this one cannot be restored, apart from those that it joins. */
  Set<ArchiveEntry> needs(ArchiveEntry entry) {
    var needs = new LinkedHashSet<ArchiveEntry>();
    if (!joinedBy(entry).isEmpty()) {
      return needs;
    }
    var whole = wholeOf(entry);
    if (NEEDS_ITS_WHOLE.contains(entry.desc()) && whole.isPresent()) {
      needs.add(whole.get());
    } else {
      needs.addAll(dependencies(entry));
      needs.addAll(exclusions.of(entry));
      whole.ifPresent(needs::add);
      Optional.ofNullable(schemas.get(entry.namespace())).ifPresent(needs::add);
      needs.removeIf(on -> !isHard(entry, on));
    }
    needs.removeIf(EntryFacts::isPublicSchema);
    return needs;
  }

  /** Whether a dependency is more than a matter of order. */
  private boolean isHard(ArchiveEntry entry, ArchiveEntry on) {
    if (on.desc().equals("TABLE DATA")) {
      return false;
    }
    boolean isParent = parentOf(entry).filter(on::equals).isPresent();
    boolean ownsSequence =
        entry.desc().equals("SEQUENCE")
            && !EntryFacts.isIdentity(entry)
            && wholeOf(entry).filter(on::equals).isPresent();
    return !isParent && !ownsSequence && on.dumpId() != entry.dumpId();
  }

  private List<ArchiveEntry> dependencies(ArchiveEntry entry) {
    return entry.dependencies().stream().filter(byId::containsKey).map(byId::get).toList();
  }
}
