package io.pgcask.operator.connection.readiness;

import io.pgcask.operator.connection.readiness.DumpCheck.Names;
import io.pgcask.operator.connection.readiness.DumpFinding.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What the role must be allowed to read. A superuser may read everything. */
final class RightsChecks {

  /** More objects than that are granted by the role that may read all of them. */
  private static final int ONE_BY_ONE = 20;

  /** What {@code status.grants} holds of one finding at most. */
  private static final int LINES = 50;

  private static final String QUALIFIED = "pg_catalog.format('%I.%I', n.nspname, c.relname)";

  private RightsChecks() {}

  /** pg_dump fails for a schema only if it must lock or read something there. */
  static Optional<DumpFinding> schemas(Connection session, Subject subject) throws SQLException {
    var names =
        DumpCheck.names(
            session,
            "pg_catalog.quote_ident(s.nspname)",
            """
            pg_catalog.pg_namespace s
            WHERE NOT pg_catalog.has_schema_privilege(s.oid, 'USAGE') AND EXISTS
              (SELECT FROM %s WHERE n.oid = s.oid AND c.relkind IN ('r', 'p', 'S'))
            """
                .formatted(DumpCheck.OWN_RELATIONS),
            ONE_BY_ONE);
    return names.map(
        found ->
            new DumpFinding(
                Kind.SCHEMAS,
                found.count(),
                "role %s lacks USAGE on %s: %s"
                    .formatted(
                        subject.role(), DumpCheck.counted(found.count(), "schema"), found.some()),
                grants(found, "GRANT USAGE ON SCHEMA %s TO %s;", subject)));
  }

  /** pg_dump locks every table before it does anything else, and for that needs SELECT. */
  static Optional<DumpFinding> tables(Connection session, Subject subject) throws SQLException {
    return relations(session, subject, "'r', 'p'", Kind.TABLES, "table", "TABLE");
  }

  static Optional<DumpFinding> sequences(Connection session, Subject subject) throws SQLException {
    return relations(session, subject, "'S'", Kind.SEQUENCES, "sequence", "SEQUENCE");
  }

  private static Optional<DumpFinding> relations(
      Connection session, Subject subject, String kinds, Kind kind, String noun, String sql)
      throws SQLException {
    var names =
        DumpCheck.names(
            session,
            QUALIFIED,
            "%s WHERE c.relkind IN (%s) AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')"
                .formatted(DumpCheck.OWN_RELATIONS, kinds),
            ONE_BY_ONE);
    return names.map(
        found ->
            new DumpFinding(
                kind,
                found.count(),
                "role %s lacks SELECT on %s: %s; a member of pg_read_all_data can read those to come, too"
                    .formatted(
                        subject.role(), DumpCheck.counted(found.count(), noun), found.some()),
                grants(found, "GRANT SELECT ON " + sql + " %s TO %s;", subject)));
  }

  private static List<String> grants(Names found, String each, Subject subject) {
    return found.complete()
        ? found.first().stream().map(name -> each.formatted(name, subject.grantee())).toList()
        : List.of("GRANT pg_read_all_data TO %s;".formatted(subject.grantee()));
  }

  /**
   * pg_dump runs with row_security off, so that it fails where rows would be hidden. Only tables
   * with rows of their own matter: a partition is read by its own name.
   */
  static Optional<DumpFinding> rowSecurity(Connection session, Subject subject)
      throws SQLException {
    var secured =
        "%s WHERE c.relkind = 'r' AND c.relrowsecurity AND pg_catalog.row_security_active(c.oid)"
            .formatted(DumpCheck.OWN_RELATIONS);
    var names = DumpCheck.names(session, QUALIFIED, secured, 3);
    if (names.isEmpty()) {
      return Optional.empty();
    }
    var found = names.get();
    return Optional.of(
        new DumpFinding(
            Kind.ROW_SECURITY,
            found.count(),
            ("row-level security applies to role %s on %s: %s; it must own them or have BYPASSRLS, or the Backup"
                    + " must have options.enableRowSecurity and allowPartial: [RowSecurity]")
                .formatted(subject.role(), DumpCheck.counted(found.count(), "table"), found.some()),
            subject.managed()
                ? asTheirOwner(session, secured, subject)
                : List.of("ALTER ROLE %s BYPASSRLS;".formatted(subject.grantee()))));
  }

  /**
   * Providers give BYPASSRLS to few. A member of a table's owner can do without, unless the table
   * forces its policies on its owner, too.
   */
  private static List<String> asTheirOwner(Connection session, String secured, Subject subject)
      throws SQLException {
    if (DumpCheck.names(session, QUALIFIED, secured + " AND c.relforcerowsecurity", 1)
        .isPresent()) {
      return List.of(
          "ALTER ROLE %s BYPASSRLS; -- where the provider lets its administrator"
              .formatted(subject.grantee()));
    }
    return DumpCheck.names(
            session,
            "pg_catalog.quote_ident(o.owner)",
            "(SELECT DISTINCT pg_catalog.pg_get_userbyid(c.relowner) AS owner FROM %s) AS o"
                .formatted(secured),
            LINES)
        .map(Names::first)
        .orElse(List.of())
        .stream()
        .map(owner -> "GRANT %s TO %s;".formatted(owner, subject.grantee()))
        .toList();
  }

  /** pg_read_all_data does not hold for large objects. */
  static Optional<DumpFinding> largeObjects(Connection session, Subject subject)
      throws SQLException {
    var names =
        DumpCheck.names(
            session,
            "m.oid",
            """
            pg_catalog.pg_largeobject_metadata m
            WHERE NOT current_setting('lo_compat_privileges')::bool
              AND NOT (m.lomacl IS NULL AND pg_catalog.pg_has_role(m.lomowner, 'USAGE'))
              AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(m.lomacl) a
                              WHERE a.privilege_type = 'SELECT'
                                AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
            """,
            ONE_BY_ONE);
    return names.map(
        found ->
            new DumpFinding(
                Kind.LARGE_OBJECTS,
                found.count(),
                "role %s lacks SELECT on %s: %s; a Backup with largeObjects: Exclude does without"
                    .formatted(
                        subject.role(),
                        DumpCheck.counted(found.count(), "large object"),
                        found.some()),
                found.complete()
                    ? found.first().stream()
                        .map(
                            oid ->
                                "GRANT SELECT ON LARGE OBJECT %s TO %s;"
                                    .formatted(oid, subject.grantee()))
                        .toList()
                    : List.of(grantAllLargeObjects(subject))));
  }

  private static String grantAllLargeObjects(Subject subject) {
    return "DO $pgcask$ DECLARE o oid; BEGIN FOR o IN SELECT oid FROM pg_catalog.pg_largeobject_metadata"
        + " LOOP EXECUTE pg_catalog.format($$GRANT SELECT ON LARGE OBJECT %s TO "
        + subject.grantee().replace("%", "%%")
        + "$$, o); END LOOP; END $pgcask$;";
  }
}
