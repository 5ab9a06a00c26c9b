package io.pgcask.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Provider;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What probes cost, and that they leave nothing behind. */
@Tag("host")
@Isolated("counts the threads of its JVM")
class ProbeAtSpeedIT {

  private static final int AN_HOUR = 60;

  private static ProbedServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new ProbedServer(18);
    server.sql(
        "postgres",
        List.of("CREATE ROLE backup LOGIN PASSWORD '%s'".formatted(ProbedServer.PASSWORD)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anHourOfProbesLeavesNoSessionAndNoThread() throws Exception {
    server.probe("postgres", "backup", Provider.GENERIC); // loads what is loaded once
    var threads = ManagementFactory.getThreadMXBean().getThreadCount();

    for (int i = 0; i < AN_HOUR; i++) {
      var status = server.probe("postgres", "backup", Provider.GENERIC);
      assertThat(ProbedServer.condition(status, Condition.DUMP_READY).holds()).isTrue();
      server.probe("postgres", "nobody", Provider.GENERIC);
      server.probe("missing", "backup", Provider.GENERIC);
      server.probe(9, "postgres", "backup", Provider.GENERIC);
      // a server ends a session a moment after its client; left behind, they would be 240 in the
      // end
      assertThat(sessions()).isLessThan(10);
    }

    await().until(() -> sessions() == 0);
    await().until(() -> ManagementFactory.getThreadMXBean().getThreadCount() <= threads + 1);
  }

  private static long sessions() throws Exception {
    return server.number(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgcask/probe'");
  }

  @Test
  void tenThousandTablesAreLookedAtInPassingAndMakeASmallStatus() throws Exception {
    server.sql(
        "postgres",
        List.of("CREATE DATABASE large", "ALTER SYSTEM SET max_locks_per_transaction = 256"));
    server.restart("true");
    server.sql(
        "large",
        List.of(
            "DO $$BEGIN FOR i IN 1..10000 LOOP"
                + " EXECUTE format('CREATE TABLE %I (i int)', repeat('t', 58) || i);"
                + " IF i % 500 = 0 THEN COMMIT; END IF; END LOOP; END$$"));
    server.probe("large", "backup", Provider.GENERIC);

    var started = System.nanoTime();
    var status = server.probe("large", "backup", Provider.GENERIC);
    var took = Duration.ofNanos(System.nanoTime() - started);

    System.out.printf("probe_of_10000_tables_ms: %d%n", took.toMillis());
    assertThat(took).isLessThan(Duration.ofSeconds(15));
    assertThat(ProbedServer.condition(status, Condition.DUMP_READY).reason())
        .isEqualTo("TablesNotReadable");
    assertThat(status.findings().getFirst().count()).isEqualTo(10_000);
    assertThat(status.grants()).contains("GRANT pg_read_all_data TO \"backup\";");
    assertThat(Serialization.asJson(status).getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(8 * 1024);
  }
}
