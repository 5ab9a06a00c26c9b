package io.pgcask.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpecBuilder;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskServerBuilder;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.DockerCli;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A real server, what the probe says of it, and what pg_dump says. */
final class ProbedServer implements AutoCloseable {

  static final String PASSWORD = "password-of-tests";
  private static final String IMAGE = System.getProperty("pgcask.it.image", "pgcask:dev");

  private final DockerCli docker = new DockerCli();
  private final int major;
  private final String container;
  private final String clients;

  ProbedServer(int major, String... options) {
    this.major = major;
    var arguments =
        new ArrayList<>(
            List.of(
                "-p",
                "127.0.0.1::5432",
                "-e",
                "POSTGRES_PASSWORD=" + PASSWORD,
                "pgcask-dev-servers",
                Integer.toString(major)));
    arguments.addAll(List.of(options));
    container = docker.start("pg", arguments);
    docker.awaitLog(container, "database system is ready to accept connections");
    clients =
        docker.start(
            "clients", List.of("-e=PGPASSWORD=" + PASSWORD, "--entrypoint=sleep", IMAGE, "86400"));
  }

  DockerCli docker() {
    return docker;
  }

  /** Ends it in an orderly way, runs a script in its place, and starts it again. */
  void restart(String script) {
    DockerCli.must("exec", container, "sh", "-c", script);
    DockerCli.must("kill", "--signal=INT", container);
    DockerCli.must("wait", container);
    docker.startAgain(container);
    var end = System.nanoTime() + 30_000_000_000L;
    while (true) {
      try (var session = session("postgres", "postgres")) {
        assertThat(session.isClosed()).isFalse();
        return;
      } catch (PostgresException | SQLException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(end);
      }
    }
  }

  private ConnectionSettings settings(int port, String database, String role) {
    return new ConnectionSettings(
        "127.0.0.1",
        port,
        database,
        role,
        Optional.of(PASSWORD),
        TlsMode.DISABLE,
        Optional.empty(),
        10);
  }

  private Connection session(String database, String role) throws PostgresException {
    return Sessions.open(settings(docker.port(container, 5432), database, role), "pgcask-it");
  }

  /** Runs statements as the superuser. */
  void sql(String database, List<String> statements) throws Exception {
    try (var session = session(database, "postgres");
        var statement = session.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A number that the superuser asks for. */
  long number(String query) throws Exception {
    try (var session = session("postgres", "postgres");
        var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The status after a first probe. */
  PostgresConnectionStatus probe(String database, String role, Provider provider) {
    return probe(docker.port(container, 5432), database, role, provider);
  }

  /** The same at another port of 127.0.0.1. */
  PostgresConnectionStatus probe(int port, String database, String role, Provider provider) {
    return status(
        new ConnectionProbe()
            .probe(resolved(port, database, role, provider), Optional.empty(), Instant.now()));
  }

  /** The same of a connection that names a maintenance database. */
  PostgresConnectionStatus probeNaming(String maintenanceDatabase, String database, String role) {
    var port = docker.port(container, 5432);
    var plain = resolved(port, database, role, Provider.GENERIC);
    var naming =
        TaskServerBuilder.builder(plain.server()).maintenanceDatabase(maintenanceDatabase).build();
    var connection =
        new ConnectionResolver.Resolved(
            naming,
            plain.readHost(),
            role,
            plain.password(),
            plain.caCertificates(),
            plain.clientCertificate());
    return status(new ConnectionProbe().probe(connection, Optional.empty(), Instant.now()));
  }

  ConnectionResolver.Resolved resolved(int port, String database, String role, Provider provider) {
    var server =
        new Task.Server("127.0.0.1", port, database, null, role, TlsMode.DISABLE, 10, provider);
    return new ConnectionResolver.Resolved(
        server, Optional.empty(), role, Optional.of(PASSWORD), List.of(), Optional.empty());
  }

  static PostgresConnectionStatus status(ConnectionProbe.Finding finding) {
    var connection = new PostgresConnection();
    connection.setMetadata(
        new ObjectMetaBuilder().withName("shop").withUid("1").withGeneration(1L).build());
    connection.setSpec(PostgresConnectionSpecBuilder.builder().build());
    return ConnectionStatusFactory.of(
        connection,
        Optional.of(new Task.Server("h", 1, "d", null, "u", TlsMode.DISABLE, 10)),
        finding,
        Instant.now());
  }

  static Condition condition(PostgresConnectionStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  /** What the pg_dump that a Backup would take prints, dump and messages together. */
  DockerCli.Outcome dump(String database, String role) {
    var client =
        DockerCli.must("exec", clients, "ls", "/usr/lib/postgresql")
            .lines()
            .map(Integer::valueOf)
            .filter(there -> there >= major)
            .min(Comparator.naturalOrder())
            .orElseThrow();
    return DockerCli.run(
        "exec",
        clients,
        "/usr/lib/postgresql/" + client + "/bin/pg_dump",
        "--host=pg",
        "--username=" + role,
        "--dbname=" + database);
  }

  @Override
  public void close() {
    docker.close();
  }
}
