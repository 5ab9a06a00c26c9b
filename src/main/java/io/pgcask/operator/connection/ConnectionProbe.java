package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.job.Trouble;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
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
     * @param databaseSizeBytes empty where the database is missing or the role may not ask
     */
    record Reachable(ServerFacts facts, boolean databaseExists, Optional<Long> databaseSizeBytes)
        implements Finding {}

    /** The server cannot be used; why. */
    record Unusable(Trouble trouble) implements Finding {}
  }

  /** Probes. Takes at most a few times the connection's connectTimeoutSeconds. */
  public Finding probe(ConnectionResolver.Resolved resolved) {
    try (var ca = resolved.caCertificates().map(TemporaryFile::of).orElseGet(TemporaryFile::none)) {
      return probe(
          resolved.settings(ca.path()),
          Optional.ofNullable(resolved.server().maintenanceDatabase()));
    } catch (PostgresException e) {
      return new Finding.Unusable(new Trouble(e.reason(), e.getMessage()));
    }
  }

  private static Finding probe(ConnectionSettings settings, Optional<String> maintenanceDatabase)
      throws PostgresException {
    try (var session = Sessions.open(settings, APPLICATION, ANSWER_TIMEOUT)) {
      var facts = ServerFacts.read(session);
      return facts.supported() ? new Finding.Reachable(facts, true, size(session)) : tooOld(facts);
    } catch (PostgresException e) {
      if (e.reason() != Reason.DATABASE_NOT_FOUND) {
        throw e;
      }
      return withoutDatabase(settings, maintenanceDatabase);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** Ready is about the server: a Restore needs only that, and may create the database. */
  private static Finding withoutDatabase(
      ConnectionSettings settings, Optional<String> maintenanceDatabase) throws PostgresException {
    try (var session = Sessions.openMaintenance(settings, maintenanceDatabase, APPLICATION)) {
      var facts = ServerFacts.read(session);
      return facts.supported()
          ? new Finding.Reachable(facts, false, Optional.empty())
          : tooOld(facts);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private static Optional<Long> size(java.sql.Connection session) {
    try {
      return Optional.of(ServerFacts.databaseSize(session));
    } catch (PostgresException e) {
      return Optional.empty();
    }
  }

  private static Finding tooOld(ServerFacts facts) {
    return new Finding.Unusable(
        new Trouble(
            Reason.UNSUPPORTED_VERSION,
            "the server is PostgreSQL %s; 14 is the oldest that is supported"
                .formatted(facts.version())));
  }
}
