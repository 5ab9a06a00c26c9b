package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.it.ServersToBreak.Port;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What many connections cost the operator, as {@code dev/bench connections} prints it: a tenth of
 * the hosts never answers, another tenth refuses. No test: nothing is compared with a limit but
 * that all get a status.
 */
@OnCluster
@Timeout(1200)
class ConnectionsBench {

  private static final int COUNT = Integer.getInteger("pgcask.bench.connections", 1000);
  private static final int NOBODY = 9;

  private final BenchFigures figures = new BenchFigures("connections");

  @Test
  void manyConnections(Cluster cluster, Workspace workspace) throws Exception {
    try (var servers = new ServersToBreak()) {
      workspace.secret("secret", Map.of("password", ServersToBreak.PASSWORD));
      figures.say("connections", COUNT);
      figures.say("never_answer", IntStream.range(0, COUNT).filter(i -> i % 10 == 3).count());
      figures.say("refuse", IntStream.range(0, COUNT).filter(i -> i % 10 == 7).count());
      figures.operator(cluster, "before");
      var requests = BenchFigures.requests(cluster);

      // When
      var started = System.nanoTime();
      IntStream.range(0, COUNT).parallel().forEach(i -> create(workspace, servers, i));
      figures.say("created_after_s", BenchFigures.seconds(started));
      var peakThreads = 0L;
      var peakSessions = 0L;
      while (withStatus(workspace) < COUNT) {
        peakThreads =
            Math.max(peakThreads, BenchFigures.metric(cluster, "jvm_threads_live_threads"));
        peakSessions = Math.max(peakSessions, sessions(servers));
        assertThat(BenchFigures.seconds(started)).isLessThan(900);
      }

      // Then
      figures.say("all_have_a_status_after_s", BenchFigures.seconds(started));
      figures.say("ready", ready(workspace));
      figures.say(
          "api_requests_per_connection",
          (BenchFigures.requests(cluster) - requests) / (double) COUNT);
      figures.say("threads_peak", peakThreads);
      figures.say("sessions_of_probes_peak", peakSessions);
      figures.operator(cluster, "after");
      requests = BenchFigures.requests(cluster);
      var minute = System.nanoTime();
      var sessionsThen = 0L;
      while (BenchFigures.seconds(minute) < 120) {
        sessionsThen = Math.max(sessionsThen, sessions(servers));
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
      }
      figures.say("sessions_of_probes_peak_later", sessionsThen);
      figures.say("api_requests_per_minute_later", (BenchFigures.requests(cluster) - requests) / 2);
      figures.operator(cluster, "later");
    } finally {
      figures.write();
    }
  }

  private static void create(Workspace workspace, ServersToBreak servers, int i) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: c%04d}
        spec:
          standard:
            host: %s
            port: %d
            database: postgres
            user: postgres
            passwordSecretRef: {name: secret, key: password}
        """
            .formatted(
                i,
                servers.host(),
                switch (i % 10) {
                  case 3 -> Port.MUTE.number();
                  case 7 -> NOBODY;
                  default -> Port.SERVER.number();
                }));
  }

  private static List<PostgresConnection> connections(Workspace workspace) {
    return workspace
        .cluster()
        .client()
        .resources(PostgresConnection.class)
        .inNamespace(workspace.namespace())
        .list()
        .getItems();
  }

  private static long withStatus(Workspace workspace) {
    return connections(workspace).stream()
        .filter(connection -> connection.getStatus().conditions() != null)
        .count();
  }

  private static long ready(Workspace workspace) {
    return connections(workspace).stream()
        .filter(
            connection ->
                connection.getStatus().conditions().stream()
                    .anyMatch(
                        condition ->
                            condition.type().equals(Condition.DUMP_READY) && condition.holds()))
        .count();
  }

  private static long sessions(ServersToBreak servers) throws Exception {
    try (var session = servers.superuser(Port.SERVER, "postgres");
        var statement = session.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgcask/probe'")) {
      row.next();
      return row.getLong(1);
    }
  }
}
