package io.pgcask.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.ConnectionFinding;
import io.pgcask.api.v1alpha1.ConnectionFinding.Severity;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What DumpReady says beforehand is what pg_dump says then; and the lines that are printed mend it.
 */
@Tag("host")
class DumpReadyIT {

  private static final Map<Integer, ProbedServer> SERVERS = new TreeMap<>();

  @AfterAll
  static void stop() {
    SERVERS.values().forEach(ProbedServer::close);
  }

  private static ProbedServer server(int major) {
    return SERVERS.computeIfAbsent(
        major, missing -> new ProbedServer(missing, "-c", "max_locks_per_transaction=128"));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsFoundOnThe14MakesADumpFailAndIsMended(DumpObstacle found) throws Exception {
    assertFoundAndMended(server(14), found);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsFoundOnThe18MakesADumpFailAndIsMended(DumpObstacle found) throws Exception {
    assertFoundAndMended(server(18), found);
  }

  private static void assertFoundAndMended(ProbedServer server, DumpObstacle found)
      throws Exception {
    // Given
    var database = found.name();
    var role = "back \"up\" " + found;
    var quoted = "\"back \"\"up\"\" " + found + "\"";
    server.sql(
        "postgres",
        List.of(
            "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(quoted, ProbedServer.PASSWORD),
            "CREATE DATABASE \"%s\"".formatted(database)));
    assertDumpable(server, database, role);

    // When
    server.sql(database, List.of(found.sql.formatted(quoted)));

    // Then
    var status = server.probe(database, role, Provider.GENERIC);
    var ready = ProbedServer.condition(status, Condition.DUMP_READY);
    assertThat(ready.status()).as(ready.message()).isEqualTo("False");
    assertThat(ready.reason()).isEqualTo(found.reason.word());
    assertThat(finding(status, found.reason).count()).isEqualTo(found.count);
    assertThat(finding(status, found.reason).severity()).isEqualTo(Severity.BLOCKING);
    var dump = server.dump(database, role);
    assertThat(dump.output()).contains(found.complaint);
    assertThat(dump.code() != 0).as(dump.output()).isEqualTo(found.fails());

    // When
    assertThat(status.grants()).hasSize(status.grantCount());
    server.sql(database, status.grants());

    // Then
    assertDumpable(server, database, role);
  }

  private static void assertDumpable(ProbedServer server, String database, String role) {
    var status = server.probe(database, role, Provider.GENERIC);
    var ready = ProbedServer.condition(status, Condition.DUMP_READY);
    assertThat(ready.reason()).as(ready.message()).isEqualTo("Dumpable");
    assertThat(status.grants()).isNull();
    var dump = server.dump(database, role);
    assertThat(dump.code()).as(dump.output()).isZero();
    assertThat(dump.output()).doesNotContain("pg_dump: warning");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void atAProviderTheRoleBecomesAMemberOfTheOwners(int major) throws Exception {
    var server = server(major);
    server.sql(
        "postgres",
        List.of(
            "CREATE ROLE managed LOGIN PASSWORD '%s'".formatted(ProbedServer.PASSWORD),
            "CREATE ROLE \"the owner\"",
            "CREATE DATABASE managed"));
    server.sql(
        "managed",
        List.of(
            "CREATE TABLE t (i int)",
            "ALTER TABLE t OWNER TO \"the owner\"",
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            "GRANT SELECT ON t TO managed"));

    var status = server.probe("managed", "managed", Provider.RDS);
    assertThat(status.grants()).containsExactly("GRANT \"the owner\" TO \"managed\";");
    server.sql("managed", status.grants());
    assertDumpable(server, "managed", "managed");

    server.sql("managed", List.of("ALTER TABLE t FORCE ROW LEVEL SECURITY"));
    var forced = server.probe("managed", "managed", Provider.RDS);
    assertThat(forced.grants()).singleElement().asString().startsWith("ALTER ROLE");
    server.sql("managed", forced.grants());
    assertDumpable(server, "managed", "managed");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void whatAPersonShouldKnowIsAWarningAndBlocksNothing(int major) throws Exception {
    var server = server(major);
    server.sql(
        "postgres",
        List.of(
            "CREATE ROLE warned LOGIN PASSWORD '%s'".formatted(ProbedServer.PASSWORD),
            "CREATE DATABASE warned"));
    server.sql(
        "warned",
        List.of(
            "CREATE FOREIGN DATA WRAPPER w",
            "CREATE SERVER s FOREIGN DATA WRAPPER w",
            "CREATE FOREIGN TABLE f (i int) SERVER s",
            "GRANT USAGE ON FOREIGN SERVER s TO warned",
            "CREATE USER MAPPING FOR warned SERVER s OPTIONS (password 'in the dump')"));

    var status = server.probe("warned", "warned", Provider.GENERIC);

    assertThat(ProbedServer.condition(status, Condition.DUMP_READY).holds()).isTrue();
    assertThat(status.findings())
        .extracting(ConnectionFinding::reason)
        .containsExactly("ForeignDataLeftOut", "PasswordsInDump");
    assertThat(status.findings())
        .extracting(ConnectionFinding::severity)
        .containsOnly(Severity.WARNING);
    assertThat(status.toString()).doesNotContain("in the dump'");
    assertThat(server.dump("warned", "warned").output()).contains("password 'in the dump'");

    // and what only a superuser dumps
    server.sql(
        "warned",
        List.of(
            "CREATE SUBSCRIPTION apart CONNECTION 'host=nowhere password=telltale' PUBLICATION p"
                + " WITH (connect = false)"));
    var ofSuperuser = server.probe("warned", "postgres", Provider.GENERIC);
    assertThat(finding(ofSuperuser, Reason.PASSWORDS_IN_DUMP).count()).isEqualTo(2);
    assertThat(ofSuperuser.toString()).doesNotContain("telltale");
    assertThat(server.dump("warned", "postgres").output()).contains("password=telltale");
    server.sql(
        "warned",
        List.of(
            "ALTER SUBSCRIPTION apart DISABLE",
            "ALTER SUBSCRIPTION apart SET (slot_name = NONE)",
            "DROP SUBSCRIPTION apart"));

    var lost = server.probeNaming("nowhere", "warned", "warned");
    assertThat(finding(lost, Reason.MAINTENANCE_DATABASE_MISSING).message()).contains("nowhere");
    assertThat(finding(lost, Reason.MAINTENANCE_DATABASE_MISSING).severity())
        .isEqualTo(Severity.WARNING);
  }

  /** One server whose settings change, and that becomes a standby of nobody. */
  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void roomForLocksAndWhatAStandbyLacks(int major) throws Exception {
    try (var server = new ProbedServer(major)) {
      server.sql(
          "postgres",
          List.of(
              "CREATE DATABASE shop",
              "CREATE ROLE backup LOGIN PASSWORD '%s' IN ROLE pg_read_all_data"
                  .formatted(ProbedServer.PASSWORD),
              "ALTER SYSTEM SET max_connections = 20",
              "ALTER SYSTEM SET max_locks_per_transaction = 10"));
      server.restart("true");
      server.sql("shop", List.of(tables("t", 2000)));

      // Given too many tables
      assertBlocked(server, "TooFewLocks");
      assertThat(server.dump("shop", "backup").output()).contains("out of shared memory");

      // When
      server.sql("postgres", server.probe("shop", "backup", Provider.GENERIC).grants());
      server.restart("true");

      // Then
      assertDumpable(server, "shop", "backup");

      // Given as many as fit, and hardly more
      server.sql("shop", List.of(tables("more", 1200)));
      var scarce = server.probe("shop", "backup", Provider.GENERIC);
      assertThat(ProbedServer.condition(scarce, Condition.DUMP_READY).holds()).isTrue();
      assertThat(finding(scarce, Reason.LOCKS_SCARCE).severity()).isEqualTo(Severity.WARNING);
      assertThat(server.dump("shop", "backup").code()).isZero();

      // When
      server.sql("postgres", scarce.grants());
      server.restart("true");

      // Then
      assertDumpable(server, "shop", "backup");
      assertThat(server.probe("shop", "backup", Provider.GENERIC).findings()).isNull();

      // Given a standby with little to offer
      server.sql("shop", List.of("CREATE UNLOGGED TABLE volatile AS SELECT 4711 AS n"));
      assertThat(server.dump("shop", "backup").output()).contains("4711");
      server.restart("touch /data/%d/standby.signal".formatted(major));
      var standby = assertBlocked(server, "UnloggedDataMissing");
      assertThat(standby.inRecovery()).isTrue();
      assertThat(finding(standby, Reason.RECOVERY_CONFLICTS_LIKELY).severity())
          .isEqualTo(Severity.WARNING);
      var partial = server.dump("shop", "backup");
      assertThat(partial.code()).as("pg_dump says nothing").isZero();
      assertThat(partial.output()).doesNotContain("4711");

      // When
      server.sql("postgres", lines(standby, "hot_standby_feedback"));
      server.restart("rm /data/%d/standby.signal".formatted(major));
      server.sql("shop", lines(standby, "LOGGED"));
      // a recovery empties unlogged tables
      server.sql("shop", List.of("INSERT INTO volatile VALUES (4711)"));
      server.restart("touch /data/%d/standby.signal".formatted(major));

      // Then
      assertDumpable(server, "shop", "backup");
      assertThat(server.probe("shop", "backup", Provider.GENERIC).findings()).isNull();
      assertThat(server.dump("shop", "backup").output()).contains("4711");
    }
  }

  private static PostgresConnectionStatus assertBlocked(ProbedServer server, String reason) {
    var status = server.probe("shop", "backup", Provider.GENERIC);
    var ready = ProbedServer.condition(status, Condition.DUMP_READY);
    assertThat(ready.reason()).as(ready.message()).isEqualTo(reason);
    assertThat(ready.status()).isEqualTo("False");
    return status;
  }

  /** In batches: one transaction would need the locks that a dump does not get. */
  private static String tables(String prefix, int count) {
    return ("DO $$BEGIN FOR i IN 1..%2$d LOOP EXECUTE format('CREATE TABLE %1$s%%s (i int)', i);"
            + " IF i %% 100 = 0 THEN COMMIT; END IF; END LOOP; END$$")
        .formatted(prefix, count);
  }

  private static List<String> lines(PostgresConnectionStatus status, String word) {
    var lines = status.grants().stream().filter(line -> line.contains(word)).toList();
    assertThat(lines).isNotEmpty();
    return lines;
  }

  private static ConnectionFinding finding(PostgresConnectionStatus status, Reason reason) {
    return status.findings().stream()
        .filter(finding -> finding.reason().equals(reason.word()))
        .findFirst()
        .orElseThrow();
  }
}
