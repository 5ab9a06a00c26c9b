package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import java.util.Optional;
import java.util.Set;

/** What an entry tells of itself, apart from its dependencies. */
final class EntryFacts {
  private static final Set<String> RELATIONS =
      Set.of("TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE");
  private static final Set<String> FUNCTIONS = Set.of("FUNCTION", "PROCEDURE", "AGGREGATE");
  private static final Set<String> SETTINGS = Set.of("ENCODING", "STDSTRINGS", "SEARCHPATH");
  private static final Set<String> REMARKS = Set.of("COMMENT", "ACL", "SECURITY LABEL");

  private EntryFacts() {}

  /**
   * A function's name and the types of its arguments.
   *
   * @param arguments as pg_restore lists them, e.g. {@code integer, text}
   */
  record Signature(String schema, String name, String arguments) {}

  /** A partition and what it is a partition of; both tables or both indexes. */
  record Attachment(QualifiedName parent, QualifiedName partition) {}

  static QualifiedName name(ArchiveEntry entry) {
    return new QualifiedName(entry.namespace(), entry.tag());
  }

  /** What a pattern of tables may name. */
  static boolean isRelation(ArchiveEntry entry) {
    return RELATIONS.contains(entry.desc());
  }

  /** What every restored session needs. */
  static boolean isSetting(ArchiveEntry entry) {
    return SETTINGS.contains(entry.desc());
  }

  /** What is said about another entry: a comment, rights, a label. */
  static boolean isRemark(ArchiveEntry entry) {
    return REMARKS.contains(entry.desc());
  }

  /** What creates or alters the database itself, which pg_restore does with --create only. */
  static boolean isDatabase(ArchiveEntry entry) {
    return entry.desc().equals("DATABASE") || entry.desc().equals("DATABASE PROPERTIES");
  }

  /** Whether it exists in every database. */
  static boolean isPublicSchema(ArchiveEntry entry) {
    return entry.desc().equals("SCHEMA") && entry.tag().equals("public");
  }

  /** An identity column's sequence has no statement of its own, other than that of serial. */
  static boolean isIdentity(ArchiveEntry entry) {
    return entry.desc().equals("SEQUENCE") && entry.definition().startsWith("ALTER ");
  }

  /** Rows, or what stands for them. */
  static boolean isData(ArchiveEntry entry) {
    return switch (entry.desc()) {
      case "TABLE DATA",
          "MATERIALIZED VIEW DATA",
          "SEQUENCE SET",
          "BLOB",
          "BLOBS",
          "BLOB METADATA",
          "BLOB COMMENTS" ->
          true;
      default -> isRemark(entry) && entry.tag().startsWith("LARGE OBJECT ");
    };
  }

  /** The relation that an entry is a part of, by the name that its SQL has for it. */
  static Optional<QualifiedName> relation(ArchiveEntry entry) {
    return switch (entry.desc()) {
      case "TABLE DATA",
          "MATERIALIZED VIEW DATA",
          "ROW SECURITY",
          "SEQUENCE SET",
          "SEQUENCE OWNED BY" ->
          Optional.of(name(entry));
      case "INDEX" -> DumpSql.of(entry.definition()).nameAfter("ON");
      case "CONSTRAINT", "FK CONSTRAINT", "CHECK CONSTRAINT", "DEFAULT" ->
          DumpSql.of(entry.definition()).nameAfter("TABLE");
      case "TRIGGER" ->
          createsTrigger(entry)
              ? DumpSql.of(entry.drop()).nameAfter("ON")
              : DumpSql.of(entry.definition()).nameAfter("TABLE");
      case "POLICY" -> DumpSql.of(entry.drop()).nameAfter("ON");
      // that of a view in a circle of dependencies replaces the view
      case "RULE" -> {
        var sql = DumpSql.of(entry.drop());
        yield sql.has("VIEW") ? sql.nameAfter("VIEW") : sql.nameAfter("ON");
      }
      case "STATISTICS" -> DumpSql.of(entry.definition()).nameAfterLast("FROM");
      case "SEQUENCE" ->
          isIdentity(entry) ? DumpSql.of(entry.definition()).nameAfter("TABLE") : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** The domain that a constraint belongs to. */
  static Optional<QualifiedName> domain(ArchiveEntry entry) {
    return entry.desc().equals("CHECK CONSTRAINT")
        ? DumpSql.of(entry.definition()).nameAfter("DOMAIN")
        : Optional.empty();
  }

  /** The table that owns the sequence of the same name. */
  static Optional<QualifiedName> ownerOfSequence(ArchiveEntry entry) {
    return entry.desc().equals("SEQUENCE OWNED BY")
        ? DumpSql.of(entry.definition()).nameAfter("BY")
        : Optional.empty();
  }

  /** The table that a foreign key refers to. */
  static Optional<QualifiedName> referred(ArchiveEntry entry) {
    return entry.desc().equals("FK CONSTRAINT")
        ? DumpSql.of(entry.definition()).nameAfter("REFERENCES")
        : Optional.empty();
  }

  /** The index that an entry creates, be it for a constraint. */
  static Optional<QualifiedName> index(ArchiveEntry entry) {
    if (entry.desc().equals("INDEX")) {
      return Optional.of(name(entry));
    }
    if (!entry.desc().equals("CONSTRAINT")) {
      return Optional.empty();
    }
    var sql = DumpSql.of(entry.definition());
    return sql.has("PRIMARY") || sql.has("UNIQUE") || sql.has("EXCLUDE")
        ? sql.wordAfter("CONSTRAINT").map(name -> new QualifiedName(entry.namespace(), name))
        : Optional.empty();
  }

  /** What an entry attaches to what. */
  static Optional<Attachment> attachment(ArchiveEntry entry) {
    if (!entry.desc().equals("TABLE ATTACH") && !entry.desc().equals("INDEX ATTACH")) {
      return Optional.empty();
    }
    return DumpSql.of(entry.definition())
        .nameAfter(entry.desc().equals("TABLE ATTACH") ? "TABLE" : "INDEX")
        .map(parent -> new Attachment(parent, name(entry)));
  }

  /** A trigger's own name. */
  static Optional<String> trigger(ArchiveEntry entry) {
    return entry.desc().equals("TRIGGER")
        ? DumpSql.of(createsTrigger(entry) ? entry.drop() : entry.definition()).wordAfter("TRIGGER")
        : Optional.empty();
  }

  /**
   * A partition has its parent's triggers without entries. There is one that creates nothing if the
   * partition's is on when the parent's is off, or the other way round.
   */
  static boolean createsTrigger(ArchiveEntry entry) {
    return entry.definition().stripLeading().startsWith("CREATE ");
  }

  /** Of a function, procedure or aggregate. Its tag has a name without quotes and the types. */
  static Optional<Signature> function(ArchiveEntry entry) {
    if (!FUNCTIONS.contains(entry.desc())) {
      return Optional.empty();
    }
    var tag = entry.tag();
    var name =
        DumpSql.of(entry.drop())
            .nameAfter(entry.desc())
            .map(QualifiedName::name)
            .filter(known -> tag.startsWith(known + "("))
            .orElseGet(() -> tag.substring(0, Math.max(0, tag.indexOf('('))));
    var arguments =
        tag.length() > name.length() + 1 && tag.endsWith(")")
            ? tag.substring(name.length() + 1, tag.length() - 1)
            : "";
    return Optional.of(new Signature(entry.namespace(), name, arguments));
  }
}
