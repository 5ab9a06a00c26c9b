package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.RestoreStatus.Restored;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.report.Reporter;
import io.pgcask.runner.restore.selection.ArchivePart;
import io.pgcask.runner.restore.selection.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Counts what a load has brought: what of the archive's tables and indexes is in the catalogue of
 * the target afterwards, and how many rows the server has counted meanwhile. Nothing is read but
 * the catalogue, however large the database is. What cannot be counted is a warning.
 */
final class LoadCount {
  /** Of what is no extension's. An index that could not be built is there, and not valid. */
  private static final String RELATIONS =
      """
      SELECT c.oid::bigint, n.nspname, c.relname, c.relkind,
             pg_catalog.pg_stat_get_tuples_inserted(c.oid),
             EXISTS (SELECT FROM pg_catalog.pg_depend d
                     WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                       AND d.objid = c.oid AND d.deptype = 'e')
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      WHERE c.relkind IN ('r', 'p', 'i', 'I') AND i.indisvalid IS DISTINCT FROM false
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname !~ '^pg_(toast|temp)'
      """;

  /** The last of a backend's counters are written when it ends, just after the tool. */
  private static final String END =
      "SELECT pg_catalog.pg_terminate_backend(pid, 10000) FROM pg_catalog.pg_stat_activity"
          + " WHERE application_name = ? AND datname = pg_catalog.current_database()";

  private static final String LEFT =
      "SELECT pid FROM pg_catalog.pg_stat_activity"
          + " WHERE application_name = ? AND datname = pg_catalog.current_database()";

  private static final String TRACKED = "SELECT pg_catalog.current_setting('track_counts')";

  /** Older ones send the counters to a process of its own, some time later. */
  private static final int COUNTS_AT_ONCE = 15;

  private final Reporter reporter;
  private final ConnectionSettings database;
  private final String uid;
  private final int serverMajor;
  private final Map<Long, Long> before = new HashMap<>();

  private boolean counts = true;

  private LoadCount(Reporter reporter, ConnectionSettings database, String uid, int serverMajor) {
    this.reporter = reporter;
    this.database = database;
    this.uid = uid;
    this.serverMajor = serverMajor;
  }

  /** A table or an index. */
  private record Relation(
      long oid, QualifiedName name, boolean index, boolean holdsRows, long inserted, boolean own) {}

  /**
   * Looks at what is there before.
   *
   * @param uid of the task whose tool will load
   */
  static LoadCount begin(
      Reporter reporter, ConnectionSettings database, String uid, int serverMajor) {
    var count = new LoadCount(reporter, database, uid, serverMajor);
    try (var session = count.open()) {
      for (var relation : relations(session)) {
        count.before.put(relation.oid(), relation.inserted());
      }
    } catch (PostgresException e) {
      count.giveUp(e);
    } catch (SQLException e) {
      count.giveUp(Sessions.failure(e));
    }
    return count;
  }

  /**
   * Counts.
   *
   * @param part what was loaded; empty: everything that was not there before
   * @param entriesWithErrors numbers of entries that do not count
   */
  Optional<Restored> end(Optional<ArchivePart> part, Set<Integer> entriesWithErrors) {
    if (!counts) {
      return Optional.empty();
    }
    var tables = part.map(entries -> entries.tablesWithout(entriesWithErrors));
    var indexes = part.map(ArchivePart::indexes);
    Predicate<Relation> loaded =
        relation ->
            relation.index()
                ? indexes.map(names -> names.contains(relation.name())).orElse(isNew(relation))
                : tables.map(names -> names.contains(relation.name())).orElse(isNew(relation));
    try (var session = open()) {
      boolean rowsCounted = rowsCounted(new TargetQueries(session));
      int tableCount = 0;
      int indexCount = 0;
      long rows = 0;
      for (var relation : relations(session)) {
        if (!loaded.test(relation)) {
          continue;
        }
        if (relation.index()) {
          indexCount++;
        } else {
          tableCount++;
        }
        if (relation.holdsRows()) {
          rows += relation.inserted() - before.getOrDefault(relation.oid(), 0L);
        }
      }
      return Optional.of(new Restored(tableCount, rowsCounted ? rows : null, indexCount));
    } catch (PostgresException e) {
      giveUp(e);
    } catch (SQLException e) {
      giveUp(Sessions.failure(e));
    }
    return Optional.empty();
  }

  private boolean isNew(Relation relation) {
    return relation.own() && !before.containsKey(relation.oid());
  }

  private boolean rowsCounted(TargetQueries queries) throws PostgresException {
    var tool = ApplicationNames.tool(uid);
    queries.strings(END, tool);
    return serverMajor >= COUNTS_AT_ONCE
        && queries.strings(TRACKED).contains("on")
        && queries.strings(LEFT, tool).isEmpty();
  }

  private Connection open() throws PostgresException {
    return Sessions.open(database, ApplicationNames.session(uid));
  }

  private void giveUp(PostgresException e) {
    counts = false;
    reporter.warning("what is restored could not be counted: " + e.getMessage());
  }

  private static Set<Relation> relations(Connection session) throws SQLException {
    var relations = new HashSet<Relation>();
    try (var statement = session.createStatement();
        var row = statement.executeQuery(RELATIONS)) {
      while (row.next()) {
        var kind = row.getString(4);
        relations.add(
            new Relation(
                row.getLong(1),
                new QualifiedName(row.getString(2), row.getString(3)),
                kind.equalsIgnoreCase("i"),
                kind.equals("r"),
                row.getLong(5),
                !row.getBoolean(6)));
      }
    }
    return relations;
  }
}
