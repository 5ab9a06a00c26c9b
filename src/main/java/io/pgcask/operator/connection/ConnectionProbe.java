package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Task;
import io.pgcask.operator.connection.readiness.Inspection;
import io.pgcask.operator.connection.readiness.Pooling;
import io.pgcask.operator.job.Trouble;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Logs in once, looks around and leaves. Every step is bounded; nothing is written. */
@ApplicationScoped
public class ConnectionProbe {

  private static final String APPLICATION = "pgcask/probe";
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

  /** What a probe finds. */
  public sealed interface Finding {

    /**
     * The server answers.
     *
     * @param latency of one question
     * @param inspection empty if it was not time for a closer look
     */
    record Reachable(
        ServerFacts facts,
        Duration latency,
        boolean databaseExists,
        Pooling pooling,
        Optional<Inspection> inspection)
        implements Finding {}

    /** The server cannot be used; why. */
    record Unusable(Trouble trouble) implements Finding {}
  }

  /**
   * What the last closer look was about, and when; another one is due when any of it has changed.
   *
   * @param until when it is too old
   */
  public record Inspected(
      Task.Server server,
      String user,
      ServerFacts facts,
      boolean databaseExists,
      Pooling pooling,
      Instant until) {

    private boolean covers(Inspected now, Instant at) {
      return at.isBefore(until)
          && server.equals(now.server)
          && user.equals(now.user)
          && facts.equals(now.facts)
          && databaseExists == now.databaseExists
          && pooling == now.pooling;
    }
  }

  /**
   * Probes. Takes at most a few times the connection's connectTimeoutSeconds, and for a closer look
   * the bounds of its questions.
   *
   * @param last closer look at this connection; empty if there was none
   */
  public Finding probe(
      ConnectionResolver.Resolved resolved, Optional<Inspected> last, Instant now) {
    try (var login = resolved.login()) {
      return probe(resolved, login.settings(), last, now);
    } catch (PostgresException e) {
      return new Finding.Unusable(new Trouble(e.reason(), e.getMessage()));
    }
  }

  private static Finding probe(
      ConnectionResolver.Resolved resolved,
      ConnectionSettings settings,
      Optional<Inspected> last,
      Instant now)
      throws PostgresException {
    try (var session = Sessions.open(settings, APPLICATION, ANSWER_TIMEOUT)) {
      return look(session, resolved, settings, last, now);
    } catch (PostgresException e) {
      if (e.reason() != Reason.DATABASE_NOT_FOUND) {
        throw e;
      }
      return withoutDatabase(resolved, settings, last, now);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private static Finding look(
      Connection session,
      ConnectionResolver.Resolved resolved,
      ConnectionSettings settings,
      Optional<Inspected> last,
      Instant now)
      throws PostgresException {
    var asked = System.nanoTime();
    var facts = ServerFacts.read(session);
    var latency = Duration.ofNanos(System.nanoTime() - asked);
    if (!facts.supported()) {
      return tooOld(facts);
    }
    var pooling = Inspection.pooling(session, settings, APPLICATION);
    if (pooling == Pooling.TRANSACTION || pooling == Pooling.EXHAUSTED) {
      return pooled(pooling, settings);
    }
    var server = resolved.server();
    var inspection =
        due(inspected(resolved, facts, true, pooling, now), last, now)
            ? Optional.of(
                Inspection.ofDatabase(
                    session,
                    facts,
                    server.provider(),
                    pooling,
                    Optional.ofNullable(server.maintenanceDatabase())))
            : Optional.<Inspection>empty();
    return new Finding.Reachable(facts, latency, true, pooling, inspection);
  }

  /** Ready is about the server: a Restore needs only that, and may create the database. */
  private static Finding withoutDatabase(
      ConnectionResolver.Resolved resolved,
      ConnectionSettings settings,
      Optional<Inspected> last,
      Instant now)
      throws PostgresException {
    var named = Optional.ofNullable(resolved.server().maintenanceDatabase());
    try (var session = Sessions.openMaintenance(settings, named, APPLICATION)) {
      var asked = System.nanoTime();
      var facts = ServerFacts.read(session);
      var latency = Duration.ofNanos(System.nanoTime() - asked);
      if (!facts.supported()) {
        return tooOld(facts);
      }
      var inspection =
          due(inspected(resolved, facts, false, Pooling.NONE, now), last, now)
              ? Optional.of(Inspection.ofServer(session))
              : Optional.<Inspection>empty();
      return new Finding.Reachable(facts, latency, false, Pooling.NONE, inspection);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private static boolean due(Inspected subject, Optional<Inspected> last, Instant now) {
    return last.filter(known -> known.covers(subject, now)).isEmpty();
  }

  /** What a closer look at this would be about. */
  static Inspected inspected(
      ConnectionResolver.Resolved resolved, Finding.Reachable found, Instant until) {
    return inspected(resolved, found.facts(), found.databaseExists(), found.pooling(), until);
  }

  private static Inspected inspected(
      ConnectionResolver.Resolved resolved,
      ServerFacts facts,
      boolean databaseExists,
      Pooling pooling,
      Instant until) {
    return new Inspected(resolved.server(), resolved.user(), facts, databaseExists, pooling, until);
  }

  private static Finding pooled(Pooling pooling, ConnectionSettings settings) {
    var what =
        pooling == Pooling.TRANSACTION
            ? "is a connection pooler that gives each transaction another session of the server, in which a dump fails"
                + " or spoils the sessions of others"
            : "is a connection pooler that has no second session to give, and a dump needs more than one";
    return new Finding.Unusable(
        new Trouble(
            Reason.POOLER_DETECTED,
            "%s:%d %s; point the connection at the server itself, or at a pool with session pooling"
                .formatted(settings.host(), settings.port(), what)));
  }

  private static Finding tooOld(ServerFacts facts) {
    return new Finding.Unusable(
        new Trouble(
            Reason.UNSUPPORTED_VERSION,
            "the server is PostgreSQL %s; 14 is the oldest that is supported"
                .formatted(facts.version())));
  }
}
