package io.pgcask.runner.restore;

import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What an archive does not hold and yet hangs on something that it would drop: a view of one of its
 * tables, a foreign key to one, a table in one of its schemas. DROP without CASCADE refuses there.
 * Relations, types, functions and schemas are looked at; the transaction of the restore refuses the
 * rest.
 */
final class CleanDependents {
  private static final Set<String> RELATIONS =
      Set.of("TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE");

  private static final Set<String> TYPES = Set.of("TYPE", "DOMAIN");
  private static final Set<String> FUNCTIONS = Set.of("FUNCTION", "PROCEDURE", "AGGREGATE");

  /** Its parameters are pairs of arrays, schemas and names, of what is dropped. */
  private static final String DROPPED =
      """
      WITH relation AS (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN unnest(?::text[], ?::text[]) AS e(space, name) ON (space, name) = (nspname, relname)),
      own_type AS (
        SELECT t.oid, t.typarray FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        JOIN unnest(?::text[], ?::text[]) AS e(space, name) ON (space, name) = (nspname, typname)
        UNION ALL
        SELECT t.oid, t.typarray FROM pg_type t JOIN relation r ON r.oid = t.typrelid),
      type AS (
        SELECT oid FROM own_type UNION ALL SELECT typarray FROM own_type WHERE typarray <> 0),
      function AS (
        SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        JOIN unnest(?::text[], ?::text[]) AS e(space, name) ON (space, name) = (nspname, proname)),
      dropped AS (
        SELECT 'pg_class'::regclass AS class, oid FROM relation
        UNION ALL SELECT 'pg_type'::regclass, oid FROM type
        UNION ALL SELECT 'pg_proc'::regclass, oid FROM function
        UNION ALL
        SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspname = ANY (?))
      """;

  /** Each dependent, and the relation that it is a part of; 0 where it is none. */
  private static final String DEPENDENTS =
      DROPPED
          + """
          , dependent AS (
            SELECT DISTINCT d.classid, d.objid,
                   CASE d.classid
                     WHEN 'pg_class'::regclass THEN coalesce(
                       (SELECT indrelid FROM pg_index WHERE indexrelid = d.objid), d.objid)
                     WHEN 'pg_rewrite'::regclass THEN
                       (SELECT ev_class FROM pg_rewrite WHERE oid = d.objid)
                     WHEN 'pg_constraint'::regclass THEN
                       (SELECT conrelid FROM pg_constraint WHERE oid = d.objid)
                     WHEN 'pg_attrdef'::regclass THEN
                       (SELECT adrelid FROM pg_attrdef WHERE oid = d.objid)
                     WHEN 'pg_trigger'::regclass THEN
                       (SELECT tgrelid FROM pg_trigger WHERE oid = d.objid)
                     WHEN 'pg_policy'::regclass THEN
                       (SELECT polrelid FROM pg_policy WHERE oid = d.objid)
                     ELSE 0 END AS part_of
            FROM pg_depend d
            JOIN dropped x ON x.class = d.refclassid AND x.oid = d.refobjid
            WHERE d.deptype = 'n'
              AND d.classid IN ('pg_class'::regclass, 'pg_rewrite'::regclass,
                'pg_constraint'::regclass, 'pg_attrdef'::regclass, 'pg_trigger'::regclass,
                'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass))
          SELECT DISTINCT pg_describe_object(
                   CASE WHEN part_of <> 0 THEN 'pg_class'::regclass ELSE classid END,
                   CASE WHEN part_of <> 0 THEN part_of ELSE objid END, 0) AS what
          FROM dependent
          WHERE part_of NOT IN (SELECT oid FROM relation)
            AND NOT EXISTS (SELECT FROM dropped x WHERE x.class = classid AND x.oid = objid)
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e'
              AND ((e.classid = dependent.classid AND e.objid = dependent.objid)
                   OR (e.classid = 'pg_class'::regclass AND e.objid = part_of)))
          ORDER BY 1
          """;

  private static final String PARTITIONS =
      DROPPED
          + """
          SELECT pg_describe_object('pg_class'::regclass, c.oid, 0)
          FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
          WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')
            AND i.inhparent IN (SELECT oid FROM relation)
            AND c.oid NOT IN (SELECT oid FROM relation)
          ORDER BY 1
          """;

  private final Connection session;
  private final List<ArchiveEntry> dropped;

  /**
   * Of an archive.
   *
   * @param session in the database that it is to be restored into
   */
  CleanDependents(Connection session, Archive archive) {
    this.session = session;
    this.dropped = archive.entries().stream().filter(CleanDependents::isDropped).toList();
  }

  /** What keeps the archive's objects from being dropped. */
  List<String> found() throws PostgresException {
    return ask(DEPENDENTS);
  }

  /** Partitions that the archive does not hold, and that vanish with their tables. */
  List<String> partitions() throws PostgresException {
    return ask(PARTITIONS);
  }

  private List<String> ask(String query) throws PostgresException {
    try (var statement = session.prepareStatement(query)) {
      int at = names(statement, 1, RELATIONS, ArchiveEntry::tag);
      at = names(statement, at, TYPES, ArchiveEntry::tag);
      at = names(statement, at, FUNCTIONS, CleanDependents::functionName);
      statement.setArray(at, array(of(Set.of("SCHEMA")), ArchiveEntry::tag));
      return Sessions.strings(statement);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private int names(
      PreparedStatement statement, int at, Set<String> kinds, Function<ArchiveEntry, String> name)
      throws SQLException {
    var entries = of(kinds);
    statement.setArray(at, array(entries, ArchiveEntry::namespace));
    statement.setArray(at + 1, array(entries, name));
    return at + 2;
  }

  private List<ArchiveEntry> of(Set<String> kinds) {
    return dropped.stream().filter(entry -> kinds.contains(entry.desc())).toList();
  }

  private java.sql.Array array(List<ArchiveEntry> entries, Function<ArchiveEntry, String> text)
      throws SQLException {
    return session.createArrayOf("text", entries.stream().map(text).toArray());
  }

  /**
   * Of schema public, pg_dump writes a comment: "*not* dropping schema, since initdb creates it".
   */
  private static boolean isDropped(ArchiveEntry entry) {
    return !entry.drop().isBlank() && !entry.drop().strip().startsWith("--");
  }

  /** Tags of functions end with the types of the arguments. */
  private static String functionName(ArchiveEntry entry) {
    int end = entry.tag().indexOf('(');
    return end < 0 ? entry.tag() : entry.tag().substring(0, end);
  }
}
