package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpExclude;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpInclude;
import io.pgcask.api.v1alpha1.DumpIncludeBuilder;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.database.PsqlPattern;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The patterns of a Backup, held against the database that is dumped. pg_dump itself minds only
 * selecting patterns that match nothing; an exclude with a typing error would dump what was to stay
 * out.
 */
final class DumpNames {
  private static final String SCHEMAS =
      "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname OPERATOR(pg_catalog.~) ? LIMIT 1";

  private static final String EXTENSIONS =
      "SELECT 1 FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.~) ? LIMIT 1";

  private static final String FOREIGN_SERVERS =
      "SELECT 1 FROM pg_catalog.pg_foreign_server WHERE srvname OPERATOR(pg_catalog.~) ? LIMIT 1";

  /** Without a schema, what the role's search_path shows, as pg_dump does it. */
  private static final String TABLES =
      """
      SELECT pg_catalog.format('%%I.%%I', n.nspname, c.relname)
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p')
        AND c.relname OPERATOR(pg_catalog.~) ?
        AND %s
      """;

  private static final String VISIBLE = "pg_catalog.pg_table_is_visible(c.oid)";
  private static final String IN_SCHEMA = "n.nspname OPERATOR(pg_catalog.~) ?";

  private static final String WITH_CHILDREN =
      """
      WITH RECURSIVE family(oid) AS (
        SELECT c.oid
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p')
          AND c.relname OPERATOR(pg_catalog.~) ? AND %s
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN family ON family.oid = i.inhparent)
      SELECT pg_catalog.format('"%%s"."%%s"', pg_catalog.replace(n.nspname, '"', '""'),
                               pg_catalog.replace(c.relname, '"', '""'))
      FROM family JOIN pg_catalog.pg_class c ON c.oid = family.oid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      ORDER BY 1
      """;

  private final Connection session;

  /**
   * For the database of a session.
   *
   * @param session whose search_path is the role's own
   */
  DumpNames(Connection session) {
    this.session = session;
  }

  /** A sentence for each pattern that matches nothing. */
  List<String> unmatched(BackupSpec spec) throws PostgresException {
    var found = new ArrayList<String>();
    var include = include(spec);
    var exclude = exclude(spec);
    check("include.schemas", include.schemas(), "schema", SCHEMAS, found);
    check("exclude.schemas", exclude.schemas(), "schema", SCHEMAS, found);
    checkTables("include.tables", include.tables(), found);
    checkTables("exclude.tables", exclude.tables(), found);
    checkTables("exclude.tableData", exclude.tableData(), found);
    check("include.extensions", include.extensions(), "extension", EXTENSIONS, found);
    check("exclude.extensions", exclude.extensions(), "extension", EXTENSIONS, found);
    check("foreignData", spec.foreignData(), "foreign server", FOREIGN_SERVERS, found);
    return found;
  }

  /**
   * The same request for a pg_dump that knows nothing of children: each pattern of tables in place
   * by the names that it and its children have.
   */
  BackupSpec withChildrenNamed(BackupSpec spec) throws PostgresException {
    var include = include(spec);
    var exclude = exclude(spec);
    return BackupSpecBuilder.builder(spec)
        .includeChildren(null)
        .include(
            spec.include() == null
                ? null
                : DumpIncludeBuilder.builder(include).tables(families(include.tables())).build())
        .exclude(
            spec.exclude() == null
                ? null
                : DumpExcludeBuilder.builder(exclude)
                    .tables(families(exclude.tables()))
                    .tableData(families(exclude.tableData()))
                    .build())
        .build();
  }

  private static DumpInclude include(BackupSpec spec) {
    return Optional.ofNullable(spec.include()).orElse(DumpIncludeBuilder.builder().build());
  }

  private static DumpExclude exclude(BackupSpec spec) {
    return Optional.ofNullable(spec.exclude()).orElse(DumpExcludeBuilder.builder().build());
  }

  private void check(
      String field, List<String> patterns, String kind, String query, List<String> found)
      throws PostgresException {
    for (var pattern : patterns == null ? List.<String>of() : patterns) {
      if (rows(query, List.of(PsqlPattern.parse(pattern).name())).isEmpty()) {
        found.add("%s: %s matches no %s".formatted(field, pattern, kind));
      }
    }
  }

  private void checkTables(String field, List<String> patterns, List<String> found)
      throws PostgresException {
    for (var pattern : patterns == null ? List.<String>of() : patterns) {
      if (tables(TABLES, pattern).isEmpty()) {
        found.add(
            "%s: %s matches no table, view, sequence or foreign table".formatted(field, pattern));
      }
    }
  }

  private List<String> families(List<String> patterns) throws PostgresException {
    if (patterns == null) {
      return null;
    }
    var names = new LinkedHashSet<String>();
    for (var pattern : patterns) {
      var family = tables(WITH_CHILDREN, pattern);
      names.addAll(family.isEmpty() ? List.of(pattern) : family);
    }
    return List.copyOf(names);
  }

  private List<String> tables(String query, String pattern) throws PostgresException {
    var parts = PsqlPattern.parse(pattern).parts();
    return parts.size() == 1
        ? rows(query.formatted(VISIBLE), parts)
        : rows(query.formatted(IN_SCHEMA), List.of(parts.getLast(), parts.get(parts.size() - 2)));
  }

  private List<String> rows(String query, List<String> parameters) throws PostgresException {
    try (PreparedStatement statement = session.prepareStatement(query)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setString(i + 1, parameters.get(i));
      }
      return Sessions.strings(statement);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
