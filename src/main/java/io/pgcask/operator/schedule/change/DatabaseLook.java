package io.pgcask.operator.schedule.change;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.change.ChangeEvidence;
import io.pgcask.postgres.change.EvidenceReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks whether the database that a schedule would dump is as it was. It keeps its thread waiting,
 * and is for no reconciler's. Only reads.
 */
@ApplicationScoped
public class DatabaseLook {

  private static final String APPLICATION = "pgcask/change";
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  /** The longest that a server takes to count what was committed: PGSTAT_MAX_INTERVAL. */
  private static final Duration COUNTED_WITHIN = Duration.ofSeconds(60);

  private final Connections connections;
  private final ConnectionResolver resolver;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public DatabaseLook(Connections connections, ConnectionResolver resolver, Clock clock) {
    this.connections = connections;
    this.resolver = resolver;
    this.clock = clock;
  }

  /**
   * Looks. What cannot be read speaks for a Backup.
   *
   * @param backup nothing speaks for another one yet
   */
  SkipDecision since(BackupSchedule schedule, Backup backup) {
    var spec = schedule.getSpec().template().spec();
    var connection =
        connections.find(schedule.getMetadata().getNamespace(), spec.connectionRef().name());
    if (connection.isEmpty()) {
      return new SkipDecision.Run("its PostgresConnection does not exist");
    }
    try {
      var resolved = resolver.resolve(connection.get());
      var server = resolved.server();
      var database = Optional.ofNullable(spec.database()).orElse(server.database());
      var target =
          new ResolvedConnection(
              spec.connectionRef().name(), server.host(), server.port(), database);
      var elsewhere = SkipRule.elsewhere(schedule, backup, connection.get(), target);
      if (elsewhere.isPresent()) {
        return elsewhere.get();
      }
      try (var login = resolved.login()) {
        var asOf = clock.instant().minus(COUNTED_WITHIN);
        var evidence = read(login.settings().withDatabase(database));
        return SkipRule.decide(backup, evidence, asOf);
      }
    } catch (TroubleException e) {
      return unreadable(e.trouble().message());
    } catch (PostgresException | SQLException e) {
      return unreadable(SafeText.firstLine(e.getMessage()));
    }
  }

  private static ChangeEvidence read(ConnectionSettings settings)
      throws PostgresException, SQLException {
    try (var session = Sessions.open(settings, APPLICATION, ANSWER_TIMEOUT)) {
      try (var statement = session.createStatement()) {
        statement.execute("SET lock_timeout = '2s'");
        statement.execute("SET statement_timeout = '30s'");
      }
      return EvidenceReader.mayHoldCountersBack(session)
          ? new ChangeEvidence.Unknown(
              "others are connected, and before PostgreSQL 15 a session may count late what it wrote")
          : EvidenceReader.read(session);
    }
  }

  private static SkipDecision unreadable(String why) {
    return new SkipDecision.Run("the database could not be looked at: " + why);
  }
}
