package io.pgcask.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.Provider;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PgBouncer in each of its modes, with nobody else on it: then it hands back what it got last. */
@Tag("host")
class PoolerIT {

  private static final String POOLER =
      """
      cat >/tmp/pgbouncer.ini <<C
      [databases]
      transaction = host=pg dbname=postgres pool_mode=transaction
      session = host=pg dbname=postgres pool_mode=session
      statement = host=pg dbname=postgres pool_mode=statement
      single = host=pg dbname=postgres pool_mode=transaction pool_size=1
      [pgbouncer]
      listen_addr = *
      listen_port = 6432
      unix_socket_dir =
      auth_type = scram-sha-256
      auth_file = /tmp/users
      server_round_robin = ${ROUND_ROBIN:-0}
      C
      echo '"postgres" "%s"' >/tmp/users
      exec pgbouncer /tmp/pgbouncer.ini
      """
          .formatted(ProbedServer.PASSWORD);

  private static ProbedServer server;
  private static String lastFirst;
  private static String firstFirst;

  @BeforeAll
  static void start() {
    server = new ProbedServer(18);
    lastFirst = pooler("0");
    firstFirst = pooler("1");
  }

  private static String pooler(String roundRobin) {
    var container =
        server
            .docker()
            .start(
                "pooler" + roundRobin,
                List.of(
                    "-p=127.0.0.1::6432",
                    "-e=ROUND_ROBIN=" + roundRobin,
                    "--entrypoint=bash",
                    "pgcask-dev-servers",
                    "-c",
                    POOLER));
    server.docker().awaitLog(container, "listening on 0.0.0.0:6432");
    return container;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static PostgresConnectionStatus probe(String pooler, String database) {
    return server.probe(server.docker().port(pooler, 6432), database, "postgres", Provider.GENERIC);
  }

  private static void assertDetected(PostgresConnectionStatus status, String message) {
    var ready = ProbedServer.condition(status, Condition.READY);
    assertThat(ready.reason()).as(ready.message()).isEqualTo("PoolerDetected");
    assertThat(ready.status()).isEqualTo("False");
    assertThat(ready.message()).contains(message, "point the connection at the server itself");
    assertThat(ProbedServer.condition(status, Condition.DUMP_READY).status()).isEqualTo("Unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "statement"})
  void poolingBelowTheSessionIsNotReady(String mode) {
    assertDetected(probe(lastFirst, mode), "gives each transaction another session");
    assertDetected(probe(firstFirst, mode), "gives each transaction another session");
  }

  @Test
  void aPoolOfOneSessionIsNotReady() {
    assertDetected(probe(lastFirst, "single"), "has no second session");
  }

  @Test
  void sessionPoolingIsAWarning() {
    for (var pooler : List.of(lastFirst, firstFirst)) {
      var status = probe(pooler, "session");
      var ready = ProbedServer.condition(status, Condition.READY);
      assertThat(ready.holds()).as(ready.message()).isTrue();
      assertThat(ProbedServer.condition(status, Condition.DUMP_READY).holds()).isTrue();
      assertThat(status.findings()).extracting("reason").containsExactly("SessionPooling");
    }
  }

  @Test
  void theServerItselfIsNoPoolerAndNoSettingOfTheProbeStaysInASession() throws Exception {
    assertThat(server.probe("postgres", "postgres", Provider.GENERIC).findings()).isNull();
    assertThat(
            server.number(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgcask/probe'"
                    + " AND state LIKE 'idle in%'"))
        .isZero();
  }
}
