package io.pgcask.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpecBuilder;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.operator.connection.ConnectionProbe.Finding;
import io.pgcask.operator.connection.readiness.Databases;
import io.pgcask.operator.connection.readiness.DumpFinding;
import io.pgcask.operator.connection.readiness.Inspection;
import io.pgcask.operator.connection.readiness.Pooling;
import io.pgcask.operator.job.Trouble;
import io.pgcask.postgres.ServerFacts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConnectionStatusFactoryTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final ServerFacts FACTS = new ServerFacts("17.6", 170006, false, true, false);
  private static final Task.Server SERVER =
      new Task.Server("db", 5432, "shop", null, "u", TlsMode.REQUIRE, 10);

  /** Of a name of 63 bytes, the longest; and of quotes, which are doubled. */
  private static final String LONGEST = "\"".repeat(63);

  private static PostgresConnection connection(PostgresConnectionStatus status) {
    var connection = new PostgresConnection();
    connection.setMetadata(new ObjectMetaBuilder().withName("shop").withGeneration(1L).build());
    connection.setSpec(PostgresConnectionSpecBuilder.builder().build());
    connection.setStatus(status);
    return connection;
  }

  private static PostgresConnectionStatus after(
      PostgresConnectionStatus before, Optional<Inspection> inspection, long millis, Instant now) {
    var found =
        new Finding.Reachable(FACTS, Duration.ofMillis(millis), true, Pooling.NONE, inspection);
    return ConnectionStatusFactory.of(connection(before), Optional.of(SERVER), found, now);
  }

  private static Inspection inspection(DumpFinding... findings) {
    return new Inspection(
        new Databases(List.of("shop"), 1), Optional.of(1L), List.of(findings), Optional.empty());
  }

  private static DumpFinding finding(DumpFinding.Kind kind, List<String> fixes) {
    return new DumpFinding(kind, 1, kind + " is wrong", fixes);
  }

  private static Condition dumpReady(PostgresConnectionStatus status) {
    return ProbedServer.condition(status, Condition.DUMP_READY);
  }

  @Test
  void whatBlocksMakesItFalseWithTheFirstReasonAndEverySentence() {
    var status =
        after(
            null,
            Optional.of(
                inspection(
                    finding(DumpFinding.Kind.TABLES, List.of("GRANT a;")),
                    finding(DumpFinding.Kind.LARGE_OBJECTS, List.of("GRANT b;", "GRANT a;")),
                    finding(DumpFinding.Kind.PASSWORDS, List.of()))),
            3,
            NOW);

    assertThat(dumpReady(status).status()).isEqualTo("False");
    assertThat(dumpReady(status).reason()).isEqualTo("TablesNotReadable");
    assertThat(dumpReady(status).message())
        .contains("TABLES is wrong", "LARGE_OBJECTS is wrong")
        .doesNotContain("PASSWORDS");
    assertThat(status.findings()).hasSize(3);
    assertThat(status.grants()).containsExactly("GRANT a;", "GRANT b;");
    assertThat(status.grantCount()).isEqualTo(2);
    assertThat(ProbedServer.condition(status, Condition.READY).holds()).isTrue();
  }

  @Test
  void warningsDoNotBlock() {
    var status =
        after(
            null, Optional.of(inspection(finding(DumpFinding.Kind.PASSWORDS, List.of()))), 3, NOW);

    assertThat(dumpReady(status).holds()).isTrue();
    assertThat(dumpReady(status).message()).contains("status.findings");
  }

  @Test
  void aQuestionWithoutAnAnswerLeavesItUnknown() {
    var unanswered =
        new Inspection(
            new Databases(List.of(), 0), Optional.empty(), List.of(), Optional.of("lock timeout"));

    var status = after(null, Optional.of(unanswered), 3, NOW);

    assertThat(dumpReady(status).status()).isEqualTo("Unknown");
    assertThat(dumpReady(status).message()).contains("lock timeout");
  }

  @Test
  void aProbeThatIsNoCloserLookKeepsWhatIsKnownAndWritesNothing() {
    var before =
        after(
            null, Optional.of(inspection(finding(DumpFinding.Kind.TABLES, List.of("x")))), 3, NOW);

    assertThat(after(before, Optional.empty(), 80, NOW.plusSeconds(60))).isSameAs(before);

    var refreshed = after(before, Optional.empty(), 80, NOW.plusSeconds(301));
    assertThat(refreshed.latencyMillis()).isEqualTo(80);
    assertThat(refreshed.lastProbeTime()).isEqualTo(NOW.plusSeconds(301));
    assertThat(refreshed.conditions()).isEqualTo(before.conditions());
  }

  @Test
  void whatWasFoundIsNotKnownAnyMoreWhenTheServerIsGone() {
    var before =
        after(
            null, Optional.of(inspection(finding(DumpFinding.Kind.TABLES, List.of("x")))), 3, NOW);

    var status =
        ConnectionStatusFactory.of(
            connection(before),
            Optional.of(SERVER),
            new Finding.Unusable(new Trouble(Reason.HOST_UNREACHABLE, "gone")),
            NOW);

    assertThat(dumpReady(status).status()).isEqualTo("Unknown");
    assertThat(dumpReady(status).reason()).isEqualTo("HostUnreachable");
    assertThat(status.findings()).isNull();
    assertThat(status.grants()).isNull();
    assertThat(status.serverVersion()).as("the last known").isEqualTo("17.6");
  }

  @Test
  void theStatusStaysSmallWithTenThousandTablesOfTheLongestNames() {
    var names = IntStream.range(0, 10_000).mapToObj(i -> "x".repeat(59) + "%04d".formatted(i));
    var quoted = "\"" + LONGEST.replace("\"", "\"\"") + "\"";
    var line = "GRANT SELECT ON TABLE %1$s.%1$s TO %1$s;".formatted(quoted);
    var lines = IntStream.range(0, 10_000).mapToObj(i -> line + " -- " + i).toList();
    var findings =
        Arrays.stream(DumpFinding.Kind.values())
            .map(
                kind ->
                    new DumpFinding(
                        kind,
                        10_000,
                        String.join(", ", Collections.nCopies(3, quoted + "." + quoted)),
                        lines))
            .toList();

    var status =
        after(
            null,
            Optional.of(
                new Inspection(
                    Databases.of(names), Optional.of(1L << 50), findings, Optional.empty())),
            3,
            NOW);

    assertThat(status.databases()).hasSizeGreaterThan(70);
    assertThat(status.databaseCount()).isEqualTo(10_000);
    assertThat(status.grants()).hasSizeBetween(5, 50);
    assertThat(status.grantCount()).isEqualTo(10_000);
    assertThat(Serialization.asJson(status).getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(26 * 1024); // others write into the same status
  }
}
