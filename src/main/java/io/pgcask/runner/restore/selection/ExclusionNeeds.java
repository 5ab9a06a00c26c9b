package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an exclusion constraint needs. PostgreSQL keeps these dependencies for the constraint's
 * index alone, which is no entry of the archive, so they are found by the names in the definition.
 */
final class ExclusionNeeds {
  private static final Set<String> NAMED = Set.of("FUNCTION", "OPERATOR CLASS");

  /** It gives GiST the operators of plain types, by operator classes that need not be named. */
  private static final String PLAIN_TYPES = "btree_gist";

  private final Map<QualifiedName, List<ArchiveEntry>> named = new HashMap<>();
  private final Map<String, ArchiveEntry> operators = new HashMap<>();
  private Optional<ArchiveEntry> plainTypes = Optional.empty();

  ExclusionNeeds(List<ArchiveEntry> entries) {
    for (var entry : entries) {
      if (NAMED.contains(entry.desc())) {
        var name =
            EntryFacts.function(entry)
                .map(function -> new QualifiedName(function.schema(), function.name()))
                .orElse(EntryFacts.name(entry));
        named.computeIfAbsent(name, none -> new ArrayList<>()).add(entry);
      } else if (entry.desc().equals("OPERATOR")) {
        operators.put("OPERATOR(" + entry.namespace() + "." + entry.tag() + ")", entry);
      } else if (entry.desc().equals("EXTENSION") && entry.tag().equals(PLAIN_TYPES)) {
        plainTypes = Optional.of(entry);
      }
    }
  }

  /** Nothing, if the entry is no exclusion constraint. */
  List<ArchiveEntry> of(ArchiveEntry entry) {
    var needs = new ArrayList<ArchiveEntry>();
    var definition = entry.definition();
    if (!entry.desc().equals("CONSTRAINT") || !definition.contains(" EXCLUDE ")) {
      return needs;
    }
    for (var name : DumpSql.of(definition).names()) {
      needs.addAll(named.getOrDefault(name, List.of()));
    }
    operators.forEach(
        (text, operator) -> {
          if (definition.contains(text)) {
            needs.add(operator);
          }
        });
    if (definition.contains(" USING gist ")
        && (definition.contains(" WITH =") || definition.contains(" WITH <>"))) {
      plainTypes.ifPresent(needs::add);
    }
    return needs;
  }
}
