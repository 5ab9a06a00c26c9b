package io.pgcask.operator.connection.readiness;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.operator.connection.readiness.DumpFinding.Kind;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a closer look at a server and a database found. Only catalogues are read, each question in a
 * transaction of its own that cannot write, with bounds of its own: nothing stays behind in a
 * session that a pooler gives to somebody else, and one slow answer does not spoil the others.
 *
 * @param databaseSizeBytes empty where the database is missing or the server did not say
 * @param findings in the order of {@link Kind}
 * @param unchecked what could not be found out, and why
 */
public record Inspection(
    Databases databases,
    Optional<Long> databaseSizeBytes,
    List<DumpFinding> findings,
    Optional<String> unchecked) {

  /** Of every single question. A catalogue with 10,000 tables answers in a tenth of it. */
  private static final String BOUNDS =
      "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '1s'";

  private static final List<DumpCheck> OF_THE_DATABASE =
      List.of(
          RightsChecks::schemas,
          RightsChecks::tables,
          RightsChecks::sequences,
          RightsChecks::rowSecurity,
          RightsChecks::largeObjects,
          ServerChecks::locks,
          ServerChecks::subscriptions,
          ServerChecks::unlogged,
          ServerChecks::recoveryConflicts,
          ServerChecks::foreignTables,
          ServerChecks::passwords);

  /** What blocks a dump. */
  public List<DumpFinding> blocking() {
    return findings.stream().filter(DumpFinding::blocks).toList();
  }

  /**
   * Finds out who answers.
   *
   * @param settings that the session was opened with
   * @param application for a second session, see {@link PoolerDetection}
   * @throws PostgresException if the session is lost
   */
  public static Pooling pooling(Connection session, ConnectionSettings settings, String application)
      throws PostgresException {
    try {
      return PoolerDetection.detect(session, settings, application);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /**
   * Looks at the session's own database.
   *
   * @param maintenanceDatabase that the connection names, if it does
   * @throws PostgresException if the session is lost
   */
  public static Inspection ofDatabase(
      Connection session,
      ServerFacts server,
      Provider provider,
      Pooling pooling,
      Optional<String> maintenanceDatabase)
      throws PostgresException {
    var look = new Look(session);
    var role = look.ask(Inspection::role).orElse("");
    var subject = new Subject(role, server, provider);
    var findings = new ArrayList<DumpFinding>();
    for (var check : OF_THE_DATABASE) {
      look.ask(bounded -> check.look(bounded, subject))
          .flatMap(found -> found)
          .ifPresent(findings::add);
    }
    if (pooling == Pooling.SESSION) {
      findings.add(sessionPooling());
    }
    if (maintenanceDatabase.isPresent()) {
      look.ask(bounded -> missing(bounded, maintenanceDatabase.get()))
          .flatMap(found -> found)
          .ifPresent(findings::add);
    }
    findings.sort(Comparator.comparing(DumpFinding::kind));
    return new Inspection(
        databases(session),
        new Look(session).ask(ServerFacts::databaseSize),
        List.copyOf(findings),
        Optional.ofNullable(look.failure));
  }

  /**
   * Looks at the server only, where the database is missing.
   *
   * @throws PostgresException if the session is lost
   */
  public static Inspection ofServer(Connection session) throws PostgresException {
    return new Inspection(databases(session), Optional.empty(), List.of(), Optional.empty());
  }

  private static Databases databases(Connection session) throws PostgresException {
    return new Look(session).ask(Databases::read).orElse(new Databases(List.of(), 0));
  }

  private static String role(Connection session) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery("SELECT current_user")) {
      row.next();
      return row.getString(1);
    }
  }

  private static Optional<DumpFinding> missing(Connection session, String database)
      throws PostgresException {
    return ServerFacts.databaseExists(session, database)
        ? Optional.empty()
        : Optional.of(
            new DumpFinding(
                Kind.MAINTENANCE_DATABASE,
                1,
                "maintenanceDatabase %s does not exist, so no Restore can create a database"
                    .formatted(database),
                List.of()));
  }

  private static DumpFinding sessionPooling() {
    return new DumpFinding(
        Kind.SESSION_POOLING,
        1,
        "a connection pooler with session pooling stands before the server; its time-outs and its number of sessions"
            + " bound a dump, so better point the connection at the server itself",
        List.of());
  }

  /** A question to the server. */
  private interface Question<T> {
    T ask(Connection bounded) throws SQLException, PostgresException;
  }

  /** Asks questions, each for itself, and keeps the first failure. */
  private static final class Look {
    private final Connection session;
    private String failure;

    Look(Connection session) {
      this.session = session;
    }

    /** Empty if the server did not answer this one. */
    <T> Optional<T> ask(Question<T> question) throws PostgresException {
      try {
        session.setAutoCommit(false);
        try (var statement = session.createStatement()) {
          statement.execute(BOUNDS);
        }
        var answer = question.ask(session);
        session.rollback();
        return Optional.of(answer);
      } catch (SQLException e) {
        return failed(Sessions.failure(e));
      } catch (PostgresException e) {
        return failed(e);
      }
    }

    private <T> Optional<T> failed(PostgresException failed) throws PostgresException {
      try {
        if (session.isClosed()) {
          throw failed;
        }
        session.rollback();
      } catch (SQLException lost) {
        throw Sessions.failure(lost);
      }
      failure = failure == null ? failed.getMessage() : failure;
      return Optional.empty();
    }
  }
}
