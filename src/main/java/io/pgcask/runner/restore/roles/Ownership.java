package io.pgcask.runner.restore.roles;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.postgres.Sql;
import java.util.List;

/**
 * What belongs to a role.
 *
 * @param entry that made it
 * @param targets what stands behind ALTER, e.g. {@code TABLE "a"."b"}; large objects are many
 */
record Ownership(ArchiveEntry entry, List<String> targets) {
  private static final String DROP = "DROP ";

  /**
   * Of an entry; no targets: it has no owner of its own.
   *
   * <p>Source: {@code _getObjectDescription} of pg_restore.
   */
  static Ownership of(ArchiveEntry entry) {
    return new Ownership(entry, entry.owner().isEmpty() ? List.of() : targets(entry));
  }

  private static List<String> targets(ArchiveEntry entry) {
    var desc = entry.desc();
    return switch (desc) {
      case "COLLATION",
          "CONVERSION",
          "DOMAIN",
          "FOREIGN TABLE",
          "MATERIALIZED VIEW",
          "SEQUENCE",
          "STATISTICS",
          "TABLE",
          "TEXT SEARCH DICTIONARY",
          "TEXT SEARCH CONFIGURATION",
          "TYPE",
          "VIEW" ->
          List.of(
              "%s %s.%s"
                  .formatted(desc, Sql.identifier(entry.namespace()), Sql.identifier(entry.tag())));
      case "EVENT TRIGGER",
          "FOREIGN DATA WRAPPER",
          "PROCEDURAL LANGUAGE",
          "PUBLICATION",
          "SCHEMA",
          "SERVER",
          "SUBSCRIPTION" ->
          List.of(desc + " " + Sql.identifier(entry.tag()));
      // their names go on with types
      case "AGGREGATE", "FUNCTION", "OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURE" ->
          dropped(entry.drop());
      case "BLOB" -> List.of("LARGE OBJECT " + entry.tag());
      case "BLOB METADATA" ->
          largeObjects(entry).stream().map(oid -> "LARGE OBJECT " + oid).toList();
      default -> List.of();
    };
  }

  private static List<String> dropped(String drop) {
    var text = drop.strip();
    return text.startsWith(DROP)
        ? List.of(text.substring(DROP.length()).replaceAll(";$", ""))
        : List.of();
  }

  /** Since 17, an entry stands for many large objects, whose oids are its text. */
  static List<String> largeObjects(ArchiveEntry entry) {
    return entry.definition().lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
  }

  /** The schema that the owner must have the right to create in; empty for none. */
  String schema() {
    return entry.namespace();
  }
}
