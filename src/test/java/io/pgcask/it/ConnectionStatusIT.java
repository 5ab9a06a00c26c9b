package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.it.ServersToBreak.Port;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What kubectl and Events say of connections: every reason, and what happens to a connection in the
 * course of time.
 */
@OnCluster
class ConnectionStatusIT {

  private static ServersToBreak servers;

  @BeforeAll
  static void start() {
    servers = new ServersToBreak();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void everyReasonIsSeenInKubectlAndEvents(Workspace workspace) throws Exception {
    // Given
    var connections = new ProbedConnections(workspace, servers);
    var ready = serversThatAreNotReady(workspace, connections);
    var dumpReady = databasesThatAreNotDumpReady(connections);

    // When
    await("every connection has its reasons")
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              var table = connections.reasons();
              ready.forEach((name, reason) -> assertThat(table.get(name)).startsWith(reason + " "));
              dumpReady.forEach(
                  (name, reason) -> assertThat(table.get(name)).isEqualTo("Connected " + reason));
            });

    // Then
    System.out.println(connections.kubectl("-o", "wide"));
    ready.forEach(workspace::awaitEvents);
    dumpReady.forEach(workspace::awaitEvents);
    assertThat(connections.kubectl())
        .containsPattern("NAME +HOST +DATABASE +VERSION +READY +DUMP-READY +AGE")
        .containsPattern("good +\\S+ +postgres +17\\S+ +True +True ")
        .containsPattern("tables +\\S+ +tables +17\\S+ +True +False ")
        .containsPattern("pooler +\\S+ +postgres +False +Unknown ");
    var status = workspace.get(PostgresConnection.class, "tables").getStatus();
    assertThat(status.grants()).containsExactly("GRANT SELECT ON TABLE public.t TO \"tables\";");
    assertThat(status.databases()).contains("tables", "postgres").doesNotContain("template1");

    // When
    servers.sql(Port.SERVER, "tables", status.grants().getFirst());

    // Then
    connections.awaitReason("tables", Condition.DUMP_READY, "Dumpable");
    workspace.awaitEvents("tables", "Dumpable");
  }

  /** Names of connections with the reason of Ready that each must get. */
  private static Map<String, String> serversThatAreNotReady(
      Workspace workspace, ProbedConnections connections) throws Exception {
    var expected = new LinkedHashMap<String, String>();
    workspace.secret(
        "secrets",
        Map.of(
            "password", ServersToBreak.PASSWORD,
            "wrong", "wrong",
            "control", "a\tb",
            "string", "postgres://postgres@h/db?passfile=/x"));
    servers.sql(
        Port.SERVER,
        "postgres",
        "CREATE ROLE full LOGIN CONNECTION LIMIT 0 PASSWORD '%s'"
            .formatted(ServersToBreak.PASSWORD));
    for (var tried :
        List.of(
            new Tried("good", "Connected", Port.SERVER, "postgres", "password", ""),
            new Tried("no-key", "SecretKeyMissing", Port.SERVER, "postgres", "none", ""),
            new Tried("bad-secret", "InvalidSecret", Port.SERVER, "postgres", "control", ""),
            new Tried(
                "bad-ca",
                "InvalidSecret",
                Port.SERVER,
                "postgres",
                "password",
                "tls: {mode: verify-full, caSecretRef: {name: secrets, key: wrong}}"),
            new Tried(
                "wrong-password", "AuthenticationFailed", Port.SERVER, "postgres", "wrong", ""),
            new Tried("full", "TooManyConnections", Port.SERVER, "full", "password", ""),
            new Tried("too-old", "UnsupportedVersion", Port.TOO_OLD, "postgres", "password", ""),
            new Tried(
                "pooler",
                "PoolerDetected",
                Port.POOLER,
                "postgres",
                "password",
                "tls: {mode: disable}"),
            new Tried("no-tls", "TLSFailed", Port.POOLER, "postgres", "password", ""),
            new Tried(
                "mute",
                "ConnectTimeout",
                Port.MUTE,
                "postgres",
                "password",
                "connectTimeoutSeconds: 2"))) {
      expected.put(tried.name, tried.reason);
      connections.connection(
          tried.name, tried.port, "postgres", tried.user, "secrets", tried.key, tried.more);
    }
    expected.put("no-secret", "SecretMissing");
    connections.connection("no-secret", Port.SERVER, "postgres", "postgres", "none", "k", "");
    expected.put("unreachable", "HostUnreachable");
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: unreachable}
        spec:
          standard: {host: no-such-host.invalid, database: d, user: u}
        """);
    expected.put("bad-string", "InvalidConnectionString");
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: bad-string}
        spec:
          connectionString: {secretRef: {name: secrets, key: string}}
        """);
    return expected;
  }

  /** Names of connections with the reason of DumpReady that each must get. */
  private static Map<String, String> databasesThatAreNotDumpReady(ProbedConnections connections)
      throws Exception {
    var expected = new LinkedHashMap<String, String>();
    expected.put("missing", "DatabaseNotFound");
    connections.connection(
        "missing", Port.SERVER, "missing", "postgres", "secrets", "password", "");
    for (var found :
        List.of(
            new Found("schemas", "SchemasNotReadable", "CREATE SCHEMA s; CREATE TABLE s.t ()"),
            new Found("tables", "TablesNotReadable", "CREATE TABLE t ()"),
            new Found("sequences", "SequencesNotReadable", "CREATE SEQUENCE s"),
            new Found(
                "rows",
                "RowSecurityApplies",
                "CREATE TABLE t (); GRANT SELECT ON t TO PUBLIC; ALTER TABLE t ENABLE ROW LEVEL SECURITY"),
            new Found("large-objects", "LargeObjectsNotReadable", "SELECT lo_create(0)"),
            new Found(
                "subscriptions",
                "SubscriptionsLeftOut",
                "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)"))) {
      expected.put(found.name, found.reason);
      connections.database(Port.SERVER, found.name, found.sql);
      connections.connection(
          found.name, Port.SERVER, found.name, found.name, "secrets", "password", "");
    }
    connections.database(
        Port.STANDBY, "unlogged", "CREATE UNLOGGED TABLE t ()", "GRANT SELECT ON t TO PUBLIC");
    connections.database(
        Port.STANDBY,
        "locks",
        "DO $$BEGIN FOR i IN 1..2000 LOOP EXECUTE format('CREATE TABLE t%s ()', i);"
            + " IF i % 100 = 0 THEN COMMIT; END IF; END LOOP; END$$",
        "GRANT pg_read_all_data TO locks");
    servers.makeStandby();
    for (var name : List.of("unlogged", "locks")) {
      connections.connection(name, Port.STANDBY, name, name, "secrets", "password", "");
    }
    expected.put("unlogged", "UnloggedDataMissing");
    expected.put("locks", "TooFewLocks");
    return expected;
  }

  private record Found(String name, String reason, String sql) {}

  /** The key is one of the Secret {@code secrets}. */
  private record Tried(
      String name, String reason, Port port, String user, String key, String more) {}

  @Test
  void theStatusFollowsWithinTwoProbes(Workspace workspace) throws Exception {
    // Given
    var connections = new ProbedConnections(workspace, servers);
    servers.certificate(false);
    workspace.secret("life", Map.of("password", ServersToBreak.PASSWORD, "ca.crt", servers.ca()));
    connections.database(Port.SERVER, "life");
    connections.connection(
        "life",
        Port.SERVER,
        "life",
        "life",
        "life",
        "password",
        "tls: {mode: verify-ca, caSecretRef: {name: life}}");
    connections.awaitReason("life", Condition.READY, "Connected");

    // a server that dies and comes back
    servers.kill(ServersToBreak.MAJOR);
    connections.awaitReason("life", Condition.READY, "HostUnreachable");
    servers.run(ServersToBreak.MAJOR);
    connections.awaitReason("life", Condition.READY, "Connected");
    connections.awaitReason("life", Condition.DUMP_READY, "Dumpable");

    // a new password, first on the server, then in the Secret
    servers.sql(Port.SERVER, "postgres", "ALTER ROLE life PASSWORD 'rotated'");
    connections.awaitReason("life", Condition.READY, "AuthenticationFailed");
    workspace
        .cluster()
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("life")
                .withNamespace(workspace.namespace())
                .endMetadata()
                .withStringData(Map.of("password", "rotated", "ca.crt", servers.ca()))
                .build())
        .update();
    connections.awaitReason("life", Condition.READY, "Connected");

    // a certificate that has expired, and its successor
    servers.certificate(true);
    connections.awaitReason("life", Condition.READY, "TLSFailed");
    servers.certificate(false);
    connections.awaitReason("life", Condition.READY, "Connected");

    // a database that is gone
    servers.sql(Port.SERVER, "postgres", "DROP DATABASE life WITH (FORCE)");
    connections.awaitReason("life", Condition.DATABASE_EXISTS, "DatabaseNotFound");
    assertThat(Workspace.isReady(workspace.get(PostgresConnection.class, "life"))).isTrue();
    workspace.awaitEvents(
        "life",
        "Connected",
        "HostUnreachable",
        "AuthenticationFailed",
        "TLSFailed",
        "DatabaseNotFound");
  }
}
