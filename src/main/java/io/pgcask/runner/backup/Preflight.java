package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.LargeObjects;
import io.pgcask.api.v1alpha1.PartialContent;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.DatabaseReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is found out about a database before pg_dump starts, in the session of the snapshot.
 *
 * @param spec what is asked for, in terms that the client knows
 * @param partial what the dump will lack, as far as that is allowed
 * @param warnings what a person should know who believes that everything is dumped
 * @param conflicts how many queries the standby has cancelled in this database so far
 * @param tableBytes what the tables take whose rows are dumped, see {@link DumpedTables}
 */
record Preflight(
    ServerFacts server,
    DumpPlan plan,
    BackupSpec spec,
    Manifest.Database database,
    long databaseSizeBytes,
    long tables,
    long rowEstimate,
    List<PartialContent> partial,
    List<String> warnings,
    long conflicts,
    long tableBytes) {
  /** pg_dump makes a file for each large object. */
  private static final int MOST_LARGE_OBJECTS_IN_A_DIRECTORY = 10_000;

  /**
   * What shares of a database a dump has at least, as divisors: indexes, free space in tables and
   * compression take their parts, and a database that is all indexes must not be refused.
   */
  private static final int LEAST_COMPRESSED = 10;

  private static final int LEAST_UNCOMPRESSED = 4;

  private static final String TABLES =
      """
      SELECT count(*), coalesce(sum(c.reltuples) FILTER (WHERE c.reltuples > 0
                                                           AND c.relkind = 'r'), 0)::bigint
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
      """;

  private static final String SUBSCRIPTIONS =
      """
      SELECT count(*) FROM pg_catalog.pg_subscription WHERE subdbid =
        (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
      """;

  private static final String UNLOGGED =
      """
      SELECT count(*) FROM pg_catalog.pg_class WHERE relpersistence = 'u' AND relkind = 'r'
      """;

  private static final String ROW_SECURITY =
      """
      SELECT count(*) FROM pg_catalog.pg_class
      WHERE relkind IN ('r', 'p') AND pg_catalog.row_security_active(oid)
      """;

  private static final String LARGE_OBJECTS =
      "SELECT count(*) FROM pg_catalog.pg_largeobject_metadata";

  private static final String CONFLICTS =
      """
      SELECT confl_tablespace + confl_lock + confl_snapshot + confl_bufferpin + confl_deadlock
      FROM pg_catalog.pg_stat_database_conflicts WHERE datname = pg_catalog.current_database()
      """;

  /**
   * Bytes that a dump has at least, a cautious guess. To refuse a volume that is certainly too
   * small; whether another is large enough shows in the writing.
   */
  long leastDumpBytes() {
    boolean all =
        !DumpOption.selects(spec) && spec.exclude() == null && holds(spec, DumpSection.DATA);
    if (!all) {
      return 0;
    }
    return databaseSizeBytes
        / (plan.compression().method() == Method.NONE ? LEAST_UNCOMPRESSED : LEAST_COMPRESSED);
  }

  /**
   * Asks in the session of the snapshot.
   *
   * @throws TaskFailedException InvalidOptions for what does not fit this database; PartialDump if
   *     pg_dump would leave something out that may not be lacking
   */
  static Preflight read(Connection session, ServerFacts server, DumpPlan plan, BackupSpec asked)
      throws TaskFailedException, PostgresException {
    long largeObjects = number(session, LARGE_OBJECTS);
    refuseWhatDoesNotFit(session, asked, largeObjects);
    var partial = partial(session, server, asked);
    var counts = numbers(session, TABLES);
    boolean nameChildren =
        Boolean.TRUE.equals(asked.includeChildren())
            && plan.client().major() < DumpPlan.CHILDREN_SINCE;
    return new Preflight(
        server,
        plan,
        nameChildren ? new DumpNames(session).withChildrenNamed(asked) : asked,
        new DatabaseReader(session, server.major()).read(),
        ServerFacts.databaseSize(session),
        counts.get(0),
        counts.get(1),
        List.copyOf(partial.keySet()),
        warnings(asked, largeObjects, partial),
        conflicts(session),
        tableBytes(session, asked));
  }

  private static long tableBytes(Connection session, BackupSpec spec) throws PostgresException {
    if (!holds(spec, DumpSection.DATA)) {
      return 0;
    }
    var named =
        Boolean.TRUE.equals(spec.includeChildren())
            ? new DumpNames(session).withChildrenNamed(spec)
            : spec;
    return DumpedTables.bytes(session, named, dumpsLargeObjects(spec));
  }

  private static void refuseWhatDoesNotFit(Connection session, BackupSpec spec, long largeObjects)
      throws TaskFailedException, PostgresException {
    var refused = new ArrayList<String>();
    if (DumpOption.namesAreStrict(spec)) {
      refused.addAll(new DumpNames(session).unmatched(spec));
    }
    var encoding = DumpOption.options(spec).encoding();
    if (encoding != null && !isEncoding(session, encoding)) {
      refused.add("options.encoding: %s is none of the server's encodings".formatted(encoding));
    }
    if (DumpOption.format(spec) == DumpFormat.DIRECTORY
        && dumpsLargeObjects(spec)
        && largeObjects > MOST_LARGE_OBJECTS_IN_A_DIRECTORY) {
      refused.add(
          "format Directory makes a file for each large object, and there are %d; use Custom"
              .formatted(largeObjects));
    }
    if (!refused.isEmpty()) {
      throw new TaskFailedException(Reason.INVALID_OPTIONS, String.join("; ", refused));
    }
  }

  /** What pg_dump would leave out without an error, with a sentence each. */
  private static Map<PartialContent, String> partial(
      Connection session, ServerFacts server, BackupSpec spec)
      throws TaskFailedException, PostgresException {
    var lacking = new EnumMap<PartialContent, String>(PartialContent.class);
    boolean wantsSubscriptions =
        !DumpOption.selects(spec)
            && !Boolean.TRUE.equals(DumpOption.options(spec).noSubscriptions())
            && holds(spec, DumpSection.POST_DATA);
    long subscriptions = wantsSubscriptions ? number(session, SUBSCRIPTIONS) : 0;
    if (subscriptions > 0 && !server.superuser()) {
      lacking.put(
          PartialContent.SUBSCRIPTIONS,
          subscriptions
              + " subscriptions, which pg_dump leaves out unless the role is a superuser");
    }
    boolean wantsUnlogged =
        !Boolean.TRUE.equals(DumpOption.options(spec).noUnloggedTableData())
            && holds(spec, DumpSection.DATA);
    long unlogged = wantsUnlogged && server.inRecovery() ? number(session, UNLOGGED) : 0;
    if (unlogged > 0) {
      lacking.put(
          PartialContent.UNLOGGED_DATA,
          "the data of " + unlogged + " unlogged tables, which a standby does not have");
    }
    boolean hidden =
        Boolean.TRUE.equals(DumpOption.options(spec).enableRowSecurity())
            && holds(spec, DumpSection.DATA);
    long secured = hidden ? number(session, ROW_SECURITY) : 0;
    if (secured > 0) {
      lacking.put(
          PartialContent.ROW_SECURITY,
          "the rows of " + secured + " tables that row security hides from the role");
    }
    refuseWhatMayNotLack(spec, lacking);
    return lacking;
  }

  private static void refuseWhatMayNotLack(BackupSpec spec, Map<PartialContent, String> lacking)
      throws TaskFailedException {
    var allowed = Optional.ofNullable(spec.allowPartial()).orElse(List.of());
    var refused = lacking.keySet().stream().filter(content -> !allowed.contains(content)).toList();
    if (!refused.isEmpty()) {
      var names = refused.stream().map(Preflight::word).toList();
      throw new TaskFailedException(
          Reason.PARTIAL_DUMP,
          "the dump would not be whole; it would lack %s. Give the role more rights, or add %s to"
                  .formatted(
                      refused.stream().map(lacking::get).collect(Collectors.joining("; and ")),
                      String.join(" and ", names))
              + " allowPartial",
          names);
    }
  }

  /** As the API calls it. */
  static String word(PartialContent content) {
    return switch (content) {
      case SUBSCRIPTIONS -> "Subscriptions";
      case UNLOGGED_DATA -> "UnloggedData";
      case ROW_SECURITY -> "RowSecurity";
    };
  }

  private static List<String> warnings(
      BackupSpec spec, long largeObjects, Map<PartialContent, String> partial) {
    var warnings = new ArrayList<String>();
    partial.values().forEach(lacking -> warnings.add("the dump lacks " + lacking));
    boolean auto = spec.largeObjects() == null || spec.largeObjects() == LargeObjects.AUTO;
    if (largeObjects > 0 && auto && DumpOption.selects(spec) && holds(spec, DumpSection.DATA)) {
      warnings.add(
          "the dump lacks %d large objects, since include selects something; to have them, set"
                  .formatted(largeObjects)
              + " largeObjects: Include");
    }
    return warnings;
  }

  private static boolean dumpsLargeObjects(BackupSpec spec) {
    return holds(spec, DumpSection.DATA)
        && switch (spec.largeObjects() == null ? LargeObjects.AUTO : spec.largeObjects()) {
          case AUTO -> !DumpOption.selects(spec);
          case INCLUDE -> true;
          case EXCLUDE -> false;
        };
  }

  /** Whether a section is asked for. */
  static boolean holds(BackupSpec spec, DumpSection section) {
    if (spec.sections() != null) {
      return spec.sections().contains(section);
    }
    return switch (spec.content() == null ? DumpContent.ALL : spec.content()) {
      case ALL -> true;
      case SCHEMA_ONLY -> section != DumpSection.DATA;
      case DATA_ONLY -> section == DumpSection.DATA;
    };
  }

  private static boolean isEncoding(Connection session, String name) throws PostgresException {
    try (var statement = session.prepareStatement("SELECT pg_catalog.pg_char_to_encoding(?)")) {
      statement.setString(1, name);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getInt(1) >= 0;
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** How many queries the standby has cancelled in this database; 0 on a primary. */
  static long conflicts(Connection session) throws PostgresException {
    return number(session, CONFLICTS);
  }

  private static long number(Connection session, String query) throws PostgresException {
    return numbers(session, query).getFirst();
  }

  private static List<Long> numbers(Connection session, String query) throws PostgresException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      var numbers = new ArrayList<Long>();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        numbers.add(row.getLong(i));
      }
      return numbers;
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
