package io.pgcask.it;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL server of one major version in a container on docker's bridge. */
final class PostgresServer implements AutoCloseable {

  private static final String IMAGE = "pgcask-dev-servers";
  private static final String SUPERUSER = "postgres";
  private static final String PASSWORD = "superuser-of-tests";
  private static final int PORT = 5432;

  private final GenericContainer<?> container;
  private final int major;

  private PostgresServer(GenericContainer<?> container, int major) {
    this.container = container;
    this.major = major;
  }

  static PostgresServer start(int major) {
    // Started by Cluster, closed with it.
    @SuppressWarnings("resource")
    var container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withEnv("POSTGRES_PASSWORD", PASSWORD)
            .withCommand(
                Integer.toString(major), "-c", "max_connections=200", "-c", "shared_buffers=32MB")
            .waitingFor(
                Wait.forLogMessage(".*database system is ready to accept connections.*", 1)
                    .withStartupTimeout(Duration.ofMinutes(1)));
    container.start();
    return new PostgresServer(container, major);
  }

  int major() {
    return major;
  }

  String host() {
    return BridgeAddress.of(container);
  }

  /** The address on its network at which this JVM is. */
  String gateway() {
    return BridgeAddress.ofThisMachine(container);
  }

  int port() {
    return PORT;
  }

  /** A session of the superuser. */
  Connection superuser(String database) throws SQLException {
    return connect(database, SUPERUSER, PASSWORD);
  }

  Connection connect(String database, String user, String password) throws SQLException {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {host()});
    source.setPortNumbers(new int[] {PORT});
    source.setDatabaseName(database);
    source.setUser(user);
    source.setPassword(password);
    source.setConnectTimeout(10);
    return source.getConnection();
  }

  /** Whether the server has a database of that name. */
  boolean has(String database) throws SQLException {
    try (var session = superuser("postgres");
        var query = session.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      query.setString(1, database);
      try (var rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** The server's certificate, which it has signed itself, in PEM. */
  String certificate() {
    return container.copyFileFromContainer(
        "/data/%d/server.crt".formatted(major),
        stream -> new String(stream.readAllBytes(), StandardCharsets.US_ASCII));
  }

  /** Sends a signal to a process of the server; one that is gone is no matter. */
  void signal(String signal, int process) {
    Script.run(container, "bash", "kill -%s %d || true".formatted(signal, process));
  }

  /** Lets a stopped process of the server run for a moment, counted where it runs. */
  void letRun(int process, Duration moment) {
    Script.run(
        container,
        "bash",
        "kill -CONT %1$d && sleep %2$s; kill -STOP %1$d || true"
            .formatted(process, moment.toMillis() / 1000.0));
  }

  @Override
  public void close() {
    container.stop();
  }
}
