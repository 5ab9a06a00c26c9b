package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.PostgresConnectionStatusBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Task;
import io.pgcask.operator.connection.ConnectionProbe.Finding;
import io.pgcask.operator.connection.watch.WatchStatusFactory;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a probe's finding looks like as a status. Pure. */
final class ConnectionStatusFactory {

  /** Values that change all the time are written with another change, or this often. */
  private static final Duration REFRESH = Duration.ofMinutes(5);

  private ConnectionStatusFactory() {}

  /**
   * The status after a probe.
   *
   * @param server empty if it could not even be tried
   */
  static PostgresConnectionStatus of(
      PostgresConnection connection, Optional<Task.Server> server, Finding finding, Instant now) {
    var builder = PostgresConnectionStatusBuilder.builder(previous(connection));
    server.ifPresent(
        named -> builder.host(named.host()).port(named.port()).database(named.database()));
    var conditions = conditions(connection, now);
    switch (finding) {
      case Finding.Reachable reachable -> reachable(connection, builder, conditions, reachable);
      case Finding.Unusable unusable -> {
        DumpReadiness.unknown(builder, conditions, unusable.trouble());
        unusable(conditions, unusable.trouble());
      }
    }
    return finish(connection, builder, conditions, now);
  }

  private static void reachable(
      PostgresConnection connection,
      PostgresConnectionStatusBuilder builder,
      Conditions conditions,
      Finding.Reachable reachable) {
    var facts = reachable.facts();
    builder
        .serverVersion(facts.version())
        .inRecovery(facts.inRecovery())
        .tlsInUse(facts.tlsInUse())
        .latencyMillis(reachable.latency().toMillis());
    conditions.ready(
        Reason.CONNECTED,
        "connected to PostgreSQL %s as %s"
            .formatted(facts.version(), facts.inRecovery() ? "a standby" : "a primary"));
    if (reachable.databaseExists()) {
      conditions.add(
          Condition.DATABASE_EXISTS, "True", Reason.DATABASE_FOUND, "the database exists");
    } else {
      conditions.add(
          Condition.DATABASE_EXISTS,
          "False",
          Reason.DATABASE_NOT_FOUND,
          "the server has no database %s; create it, restore into it, or correct the name"
              .formatted(builder.database()));
    }
    reachable
        .inspection()
        .ifPresentOrElse(
            inspection ->
                DumpReadiness.inspected(
                    builder, conditions, inspection, reachable.databaseExists()),
            () -> DumpReadiness.unchanged(previous(connection), conditions));
  }

  /** What may pass without anybody's doing is being waited for; the rest needs a person. */
  private static void unusable(Conditions conditions, Trouble trouble) {
    var verdict =
        switch (trouble.reason()) {
          case HOST_UNREACHABLE,
              CONNECT_TIMEOUT,
              TOO_MANY_CONNECTIONS,
              SECRET_MISSING,
              SECRET_KEY_MISSING ->
              conditions.reconciling(trouble.reason(), trouble.message());
          default -> conditions.stalled(trouble.reason(), trouble.message());
        };
    verdict.add(
        Condition.DATABASE_EXISTS, "Unknown", trouble.reason(), "the server could not be asked");
  }

  private static PostgresConnectionStatus finish(
      PostgresConnection connection,
      PostgresConnectionStatusBuilder builder,
      Conditions conditions,
      Instant now) {
    var before = previous(connection);
    var probed = before.lastProbeTime();
    var status =
        builder
            .observedGeneration(connection.getMetadata().getGeneration())
            .conditions(WatchStatusFactory.withPrevious(before.conditions(), conditions.list()))
            .lastProbeTime(probed)
            .build();
    var quiet =
        PostgresConnectionStatusBuilder.builder(status)
            .databaseSizeBytes(before.databaseSizeBytes())
            .latencyMillis(before.latencyMillis())
            .build();
    var stale = probed == null || probed.plus(REFRESH).isBefore(now);
    if (quiet.equals(before) && !stale) {
      return before;
    }
    return PostgresConnectionStatusBuilder.builder(status).lastProbeTime(now).build();
  }

  private static Conditions conditions(PostgresConnection connection, Instant now) {
    return Conditions.from(
        previous(connection).conditions(), connection.getMetadata().getGeneration(), now);
  }

  private static PostgresConnectionStatus previous(PostgresConnection connection) {
    return Optional.ofNullable(connection.getStatus())
        .orElseGet(() -> PostgresConnectionStatusBuilder.builder().build());
  }
}
