package io.pgcask.it;

import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.it.ServersToBreak.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Connections to {@link ServersToBreak} that are probed often, and what kubectl says of them. */
record ProbedConnections(Workspace workspace, ServersToBreak servers) {

  private static final int INTERVAL = 10;

  /** Two probes, and what a busy machine adds. */
  private static final Duration TWO_PROBES = Duration.ofSeconds(2 * INTERVAL + 15);

  /** A database and a role of the same name that owns nothing in it. */
  void database(Port port, String name, String... sql) throws Exception {
    servers.sql(
        port,
        "postgres",
        "CREATE ROLE \"%s\" LOGIN PASSWORD '%s'".formatted(name, ServersToBreak.PASSWORD),
        "CREATE DATABASE \"%s\"".formatted(name));
    servers.sql(port, name, sql);
  }

  /** A connection with further fields of its spec. */
  void connection(
      String name,
      Port port,
      String database,
      String user,
      String secret,
      String key,
      String more) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: %s}
        spec:
          standard:
            host: %s
            port: %d
            database: %s
            user: %s
            passwordSecretRef: {name: %s, key: %s}
          probeIntervalSeconds: %d
          %s
        """
            .formatted(
                name, servers.host(), port.number(), database, user, secret, key, INTERVAL, more));
  }

  /** What {@code kubectl get pgconn} says: the reasons of Ready and DumpReady by name. */
  Map<String, String> reasons() {
    var reasons = new LinkedHashMap<String, String>();
    for (var line :
        kubectl(
                "--no-headers",
                "-o=custom-columns=:metadata.name,:status.conditions[?(@.type==\"Ready\")].reason,:status.conditions[?(@.type==\"DumpReady\")].reason")
            .lines()
            .toList()) {
      var words = line.strip().split(" +");
      reasons.put(words[0], words[1] + " " + words[2]);
    }
    return reasons;
  }

  /** What {@code kubectl get pgconn} prints. */
  String kubectl(String... more) {
    var arguments =
        new ArrayList<>(List.of("get", "pgconn", "--namespace=" + workspace.namespace()));
    arguments.addAll(List.of(more));
    return workspace.cluster().kubectl().run(arguments.toArray(String[]::new));
  }

  /** Waits for the reason of a condition as long as two probes take. */
  void awaitReason(String name, String type, String reason) {
    await("%s of %s is %s".formatted(type, name, reason))
        .atMost(TWO_PROBES)
        .pollInterval(Duration.ofMillis(250))
        .until(
            () ->
                workspace.get(PostgresConnection.class, name).getStatus().conditions() != null
                    && workspace
                        .get(PostgresConnection.class, name)
                        .getStatus()
                        .conditions()
                        .stream()
                        .anyMatch(
                            condition ->
                                condition.type().equals(type)
                                    && condition.reason().equals(reason)));
  }
}
