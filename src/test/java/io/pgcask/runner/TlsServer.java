package io.pgcask.runner;

import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A server whose certificates and pg_hba.conf are changed while it runs, and libpq beside it: both
 * are reached under the same name and port as from the test's own process.
 */
final class TlsServer implements AutoCloseable {
  private static final String DATA = "/data/17";

  private final DockerCli docker = new DockerCli();
  private final Path directory;
  private final String server;
  private final String client;
  private int changes;

  /**
   * Starts both.
   *
   * @param directory for the files with certificates; libpq sees it under the same path
   * @param certificates shell commands that make certificates in the working directory
   */
  TlsServer(Path directory, String certificates) throws Exception {
    this.directory = directory;
    Files.createDirectories(directory);
    server =
        docker.start(
            "tls",
            List.of(
                "-p", "127.0.0.1::5432", "-e", "POSTGRES_PASSWORD=x", "pgcask-dev-servers", "17"));
    docker.awaitLog(server, "database system is ready to accept connections");
    client =
        DockerCli.must(
                "run",
                "-d",
                "--label=pgcask-it",
                "--network=host",
                "--user=0",
                "-v=" + directory + ":" + directory,
                "--entrypoint=sleep",
                RunnerFixture.IMAGE,
                "3600")
            .strip();
    inServer("mkdir /data/tls; cd /data/tls\n" + certificates + "\nchmod 600 *.key");
    DockerCli.must("cp", server + ":/data/tls/.", directory.toString());
    inServer("echo \"include 'tls.conf'\" >> " + DATA + "/postgresql.conf");
  }

  int port() {
    return docker.port(server, 5432);
  }

  /** Is reached from another network as well, by that name. */
  void join(String network, String alias) {
    docker.connect(server, network, alias);
  }

  void leave(String network) {
    docker.disconnect(server, network);
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  void inServer(String script) {
    DockerCli.must("exec", server, "bash", "-ec", script);
  }

  /**
   * Lets new sessions find another server.
   *
   * @param hba lines of pg_hba.conf
   * @param settings lines of postgresql.conf
   */
  void become(String hba, String settings) {
    var change = "change-" + ++changes;
    inServer(
        """
        cat > %1$s/pg_hba.conf <<'X'
        local all all trust
        host all postgres all trust
        %2$s
        X
        cat > %1$s/tls.conf <<'X'
        %3$s
        test.change = '%4$s'
        X
        kill -HUP 1
        """
            .formatted(DATA, hba, settings, change));
    await("the server takes its settings")
        .pollInterval(Duration.ofMillis(50))
        .until(() -> change.equals(superuser("SELECT current_setting('test.change', true)")));
  }

  /** The value of a query, of a session without TLS. */
  String superuser(String sql) throws PostgresException, SQLException {
    var settings =
        new ConnectionSettings(
            "localhost",
            port(),
            "postgres",
            "postgres",
            Optional.empty(),
            TlsMode.DISABLE,
            Optional.empty(),
            10);
    try (var session = Sessions.open(settings, "pgcask-it");
        var statement = session.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (var row = statement.getResultSet()) {
        row.next();
        return String.valueOf(row.getString(1));
      }
    }
  }

  /** Asks libpq. */
  DockerCli.Outcome psql(String connection, String sql) {
    return DockerCli.run(
        "exec",
        "-e=HOME=/nowhere",
        client,
        "/usr/lib/postgresql/17/bin/psql",
        "-wXAt",
        "-c",
        sql,
        "-d",
        connection);
  }

  String read(String name) throws Exception {
    return Files.readString(file(name), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try (docker) {
      DockerCli.run("rm", "-fv", client);
    }
  }
}
