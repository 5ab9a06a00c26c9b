package io.pgcask.runner;

import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One PostgreSQL server in a container, for tests that need no runner and no cluster. */
public final class PostgresContainer implements AutoCloseable {

  private static final String PASSWORD = "postgres-password";

  private final DockerCli docker = new DockerCli();
  private final String container;
  private final int major;
  private String clients = "";

  /**
   * Starts it.
   *
   * @param options of the server, for example {@code -c}, {@code track_counts=off}
   */
  public PostgresContainer(int major, String... options) {
    this.major = major;
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("-p", "127.0.0.1::5432", "-e", "POSTGRES_PASSWORD=" + PASSWORD));
    arguments.addAll(List.of("pgcask-dev-servers", Integer.toString(major)));
    arguments.addAll(List.of("-c", "fsync=off"));
    arguments.addAll(List.of(options));
    this.container = docker.start("pg" + major, arguments);
    docker.awaitLog(container, "database system is ready to accept connections");
  }

  /** Where a role without a password, or the superuser {@code postgres}, logs in. */
  public ConnectionSettings settings(String database, String user) {
    return new ConnectionSettings(
        "127.0.0.1",
        docker.port(container, 5432),
        database,
        user,
        Optional.of(PASSWORD),
        TlsMode.PREFER,
        Optional.empty(),
        10);
  }

  /** A session of the superuser. */
  public Connection session(String database) throws PostgresException {
    return session(database, "postgres");
  }

  /** A session of a role whose password is that of the superuser. */
  public Connection session(String database, String user) throws PostgresException {
    return Sessions.open(settings(database, user), "pgcask-it", Duration.ofMinutes(1));
  }

  /** Makes a role that can log in. */
  public void role(String name) throws PostgresException {
    sql("postgres", "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, PASSWORD));
  }

  /** Runs statements as superuser. */
  public void sql(String database, String... statements) throws PostgresException {
    try (var session = session(database);
        var statement = session.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** The first column of the first row, as superuser. */
  public String one(String database, String query) throws PostgresException {
    try (var session = session(database);
        var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** Runs a script of bash in the container. */
  public DockerCli.Outcome bash(String script) {
    return DockerCli.run("exec", container, "bash", "-c", script);
  }

  /** Runs a script of bash beside it, where PostgreSQL's programs are and find it by themselves. */
  public synchronized DockerCli.Outcome programs(String script) {
    if (clients.isEmpty()) {
      clients =
          docker.start(
              "clients",
              List.of(
                  "-e=PGHOST=pg" + major,
                  "-e=PGUSER=postgres",
                  "-e=PGPASSWORD=" + PASSWORD,
                  "--entrypoint=sleep",
                  RunnerFixture.IMAGE,
                  "86400"));
    }
    var path = "PATH=%s:$PATH\n".formatted(ClientPrograms.program(major, "").replaceAll("/$", ""));
    return DockerCli.run("exec", clients, "bash", "-c", path + script);
  }

  @Override
  public void close() {
    docker.close();
  }
}
