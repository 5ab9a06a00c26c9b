package io.pgcask.it;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.awaitility.Awaitility;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * One container with servers that can be killed and started again without a new address: PostgreSQL
 * of some majors, PgBouncer before one of them, and something that listens and never answers.
 */
final class ServersToBreak implements AutoCloseable {

  /** What can be connected to. */
  enum Port {
    SERVER(5432),
    STANDBY(5433),
    TOO_OLD(5434),
    POOLER(6432),
    MUTE(7432);

    private final int number;

    Port(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  static final int MAJOR = 17;
  private static final int STANDBY = 16;
  private static final int TOO_OLD = 13;
  static final String PASSWORD = "superuser-of-tests";

  /** Its second port is that of a process that is stopped at once: nobody answers there. */
  private static final String POOLERS =
      """
      echo '"postgres" "%s"' >/tmp/users
      for port in 6432 7432; do
        cat >/tmp/$port.ini <<C
      [databases]
      * = host=127.0.0.1 port=5432 pool_mode=transaction
      [pgbouncer]
      listen_addr = *
      listen_port = $port
      unix_socket_dir =
      auth_type = scram-sha-256
      auth_file = /tmp/users
      C
        pgbouncer -q /tmp/$port.ini >/tmp/$port.log 2>&1 &
        until (echo >/dev/tcp/127.0.0.1/$port) 2>/dev/null; do sleep 0.1; done
      done
      kill -STOP $!
      """
          .formatted(PASSWORD);

  private final GenericContainer<?> container;

  ServersToBreak() {
    container =
        new GenericContainer<>(DockerImageName.parse("pgcask-dev-servers"))
            .withEnv("POSTGRES_PASSWORD", PASSWORD)
            .withCreateContainerCmdModifier(
                command -> command.withEntrypoint("bash", "-c", "trap exit TERM; sleep 1d & wait"));
    container.start();
    List.of(MAJOR, STANDBY, TOO_OLD).forEach(this::run);
    script(POOLERS);
  }

  String host() {
    return BridgeAddress.of(container);
  }

  /** Starts the server of a major and waits for it. */
  void run(int major) {
    script(
        "setsid entrypoint.sh %d -p %d -c max_connections=60 -c max_locks_per_transaction=%d >/tmp/log 2>&1 &"
            .formatted(major, port(major).number, major == STANDBY ? 10 : 64));
    Awaitility.await("PostgreSQL " + major)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              try (var session = superuser(port(major), "postgres")) {
                return session.isValid(5);
              }
            });
  }

  private static Port port(int major) {
    return switch (major) {
      case MAJOR -> Port.SERVER;
      case STANDBY -> Port.STANDBY;
      default -> Port.TOO_OLD;
    };
  }

  /** Kills a server with signal 9. */
  void kill(int major) {
    script(
        "kill -9 $(head -1 /data/%d/postmaster.pid); rm /data/%<d/postmaster.pid".formatted(major));
    // its processes end when they notice; a new one waits for them
    script(
        "until ! ls /proc/*/exe -l 2>/dev/null | grep -q /%d/bin/postgres; do sleep 0.1; done"
            .formatted(major));
  }

  /** Turns the second server into a standby of nobody. */
  void makeStandby() {
    script("touch /data/%d/standby.signal".formatted(STANDBY));
    kill(STANDBY);
    run(STANDBY);
  }

  /** Gives the first server a certificate of a CA of its own, valid or not any more. */
  void certificate(boolean expired) {
    script(
        """
        cd /data/%d
        [ -f /tmp/ca.crt ] || openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=ca \
          -keyout /tmp/ca.key -out /tmp/ca.crt 2>/dev/null
        openssl req -new -key server.key -subj /CN=server -out /tmp/server.csr
        openssl x509 -req -in /tmp/server.csr -CA /tmp/ca.crt -CAkey /tmp/ca.key -CAcreateserial \
          -not_before 20200101000000Z -not_after %s -out server.crt 2>/dev/null
        kill -HUP $(head -1 postmaster.pid)
        """
            .formatted(MAJOR, expired ? "20210101000000Z" : "20900101000000Z"));
  }

  /** The CA of {@link #certificate}, in PEM. */
  String ca() {
    return container.copyFileFromContainer(
        "/tmp/ca.crt", stream -> new String(stream.readAllBytes(), StandardCharsets.US_ASCII));
  }

  Connection superuser(Port port, String database) throws SQLException {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {host()});
    source.setPortNumbers(new int[] {port.number});
    source.setDatabaseName(database);
    source.setUser("postgres");
    source.setPassword(PASSWORD);
    source.setConnectTimeout(10);
    return source.getConnection();
  }

  /** Runs statements as the superuser. */
  void sql(Port port, String database, String... statements) throws SQLException {
    try (var session = superuser(port, database);
        var statement = session.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void script(String script) {
    Script.run(container, "bash", script);
  }

  @Override
  public void close() {
    container.stop();
  }
}
