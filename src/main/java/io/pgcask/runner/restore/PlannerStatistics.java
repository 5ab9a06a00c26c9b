package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.restore.selection.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The statistics of a filled database, without which the planner guesses: rough ones of every table
 * first, then better ones, as {@code vacuumdb --analyze-in-stages} gathers them. What fails is a
 * warning: the data is there.
 */
final class PlannerStatistics {
  /**
   * Those that the role may analyze; of partitions, the rough ones, and in the end those of the
   * whole, which brings those of the partitions.
   */
  private static final String TABLES =
      """
      SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm'%s) %s AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname <> 'pg_toast'
        AND (pg_catalog.pg_has_role(c.relowner, 'USAGE')
          OR (SELECT pg_catalog.pg_has_role(d.datdba, 'USAGE') FROM pg_catalog.pg_database d
              WHERE d.datname = pg_catalog.current_database()))
      ORDER BY c.relpages DESC, c.oid
      """;

  private static final String ROUGH = TABLES.formatted("", "");
  private static final String WHOLE = TABLES.formatted(", 'p'", "AND NOT c.relispartition");

  /** The socket is closed only if the server does not give up. */
  private static final Duration ANSWER_TO_CANCEL = Duration.ofSeconds(30);

  private static final List<Stage> STAGES =
      List.of(
          new Stage(
              List.of("SET default_statistics_target = 1", "SET vacuum_cost_delay = 0"), ROUGH),
          new Stage(
              List.of("SET default_statistics_target = 10", "RESET vacuum_cost_delay"), ROUGH),
          new Stage(List.of("RESET default_statistics_target"), WHOLE));

  private final RunContext context;
  private final ConnectionSettings database;
  private final String uid;
  private final Duration patience;

  private int failures;
  private Optional<String> firstFailure = Optional.empty();

  private record Stage(List<String> settings, String tables) {}

  /**
   * Of a database.
   *
   * @param uid of the task, for the session's name
   * @param patience how long one table may take, in whole seconds
   */
  PlannerStatistics(
      RunContext context, ConnectionSettings database, String uid, Duration patience) {
    this.context = context;
    this.database = database;
    this.uid = uid;
    this.patience = patience;
  }

  /** Whether a part of a backup brings something to have statistics of. */
  static boolean neededAfter(RestoreChoice choice) {
    return choice.content() != DumpContent.SCHEMA_ONLY
        && !choice.sections().equals(List.of(DumpSection.PRE_DATA));
  }

  /**
   * Gathers them.
   *
   * @param known whether the database has some already: rough ones would be worse
   */
  void gather(boolean known) {
    try (var session =
            Sessions.open(
                database, ApplicationNames.session(uid), patience.plus(ANSWER_TO_CANCEL));
        var statement = session.createStatement();
        var cancel = context.cancellation().onCancel(() -> breakOff(statement))) {
      statement.setEscapeProcessing(false);
      statement.setQueryTimeout(Math.toIntExact(patience.toSeconds()));
      statement.execute("SET lock_timeout = '30s'");
      for (var stage : known ? List.of(STAGES.getLast()) : STAGES) {
        gather(session, statement, stage);
      }
    } catch (SQLException e) {
      failed(Sessions.failure(e).getMessage());
    } catch (PostgresException e) {
      failed(e.getMessage());
    }
    firstFailure.ifPresent(
        first ->
            context
                .reporter()
                .warning("analyze: %d failures, the first: %s".formatted(failures, first)));
  }

  private void gather(Connection session, Statement statement, Stage stage) throws SQLException {
    for (var setting : stage.settings()) {
      statement.execute(setting);
    }
    for (var table : tables(session, stage.tables())) {
      if (context.cancellation().cancelled()) {
        return;
      }
      try {
        statement.execute(
            "ANALYZE %s.%s"
                .formatted(Sql.identifier(table.schema()), Sql.identifier(table.name())));
      } catch (SQLException e) {
        if (!session.isValid(10)) {
          throw e;
        }
        failed(
            "table %s.%s: %s"
                .formatted(table.schema(), table.name(), Sessions.failure(e).getMessage()));
      }
    }
  }

  private static List<QualifiedName> tables(Connection session, String query) throws SQLException {
    var tables = new ArrayList<QualifiedName>();
    try (var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      while (row.next()) {
        tables.add(new QualifiedName(row.getString(1), row.getString(2)));
      }
    }
    return tables;
  }

  private void failed(String what) {
    failures++;
    firstFailure = firstFailure.or(() -> Optional.of(what));
  }

  private static void breakOff(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      // it has ended already, or the server does not answer and the socket's bound holds
    }
  }
}
