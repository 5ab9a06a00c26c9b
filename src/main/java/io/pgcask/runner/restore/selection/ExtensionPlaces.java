package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which extensions of an archive lie in which schema, and who says so. */
public final class ExtensionPlaces {
  private static final String EXTENSION = "EXTENSION";
  private static final Set<String> REMARKS = Set.of("COMMENT", "ACL", "SECURITY LABEL");

  private final List<ArchiveEntry> entries;
  private final Set<QualifiedName> known;

  /**
   * Of entries.
   *
   * @param entries that are to be restored
   * @param all of the archive
   */
  public ExtensionPlaces(List<ArchiveEntry> entries, List<ArchiveEntry> all) {
    this.entries = entries;
    this.known =
        all.stream()
            .filter(entry -> !entry.namespace().isEmpty())
            .map(entry -> new QualifiedName(entry.namespace(), withoutArguments(entry.tag())))
            .collect(Collectors.toSet());
  }

  private static String withoutArguments(String tag) {
    int arguments = tag.indexOf('(');
    return arguments < 0 ? tag : tag.substring(0, arguments);
  }

  /**
   * An entry that names something of an extension.
   *
   * @param by the entry, for people
   * @param name what it names
   */
  public record Mention(String by, String name) {}

  /** The schema that an extension's entry creates it in. */
  public static Optional<String> schema(ArchiveEntry extension) {
    return DumpSql.of(extension.definition()).wordAfter("SCHEMA");
  }

  /** The entries of extensions with these names. */
  public List<ArchiveEntry> named(Set<String> names) {
    return entries.stream()
        .filter(entry -> entry.desc().equals(EXTENSION) && names.contains(entry.tag()))
        .toList();
  }

  /** The same with the extensions that they need, in the archive's order. */
  public List<ArchiveEntry> withNeeded(Set<String> names) {
    var needed = new HashSet<Integer>();
    var found = new ArrayList<ArchiveEntry>();
    for (var entry : entries.reversed()) {
      if (entry.desc().equals(EXTENSION)
          && (names.contains(entry.tag()) || needed.contains(entry.dumpId()))) {
        needed.addAll(entry.dependencies());
        found.addFirst(entry);
      }
    }
    return List.copyOf(found);
  }

  /** The entry that makes a schema. */
  public Optional<ArchiveEntry> schemaEntry(String name) {
    return entries.stream()
        .filter(entry -> entry.desc().equals("SCHEMA") && entry.tag().equals(name))
        .findFirst();
  }

  /**
   * The first entry that needs an extension and names something in its schema that is not the
   * archive's own.
   */
  public Optional<Mention> mention(ArchiveEntry extension, String schema) {
    return entries.stream()
        .filter(entry -> entry.dependencies().contains(extension.dumpId()))
        .filter(entry -> !REMARKS.contains(entry.desc()))
        .flatMap(
            entry ->
                DumpSql.of(entry.definition()).names().stream()
                    .filter(name -> name.schema().equals(schema) && !known.contains(name))
                    .map(name -> new Mention(entry.shown(), schema + "." + name.name())))
        .findFirst();
  }
}
