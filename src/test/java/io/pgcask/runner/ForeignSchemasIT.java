package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Databases that nobody here designed: those of applications as Debian packages them, and all
 * contrib modules of PostgreSQL. A copy is true if pg_dump, asked directly, writes the same of
 * both.
 */
@Tag("host")
class ForeignSchemasIT {
  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static String server = "";

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.s3();
    server =
        fixture
            .docker()
            .start(
                "foreign",
                List.of(
                    "-e",
                    "POSTGRES_PASSWORD=" + RunnerFixture.ADMIN_PASSWORD,
                    "-e",
                    "SHOP_PASSWORD=unused",
                    "pgcask-dev-schemas",
                    "-c",
                    "wal_level=logical",
                    "-c",
                    "fsync=off"));
    fixture.docker().awaitLog(server, "database system is ready to accept connections");
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({
    "contrib, CUSTOM",
    "contrib, DIRECTORY",
    "contrib, PLAIN",
    "contrib, TAR",
    "zabbix, DIRECTORY",
    "icingadb, CUSTOM",
    "icinga2, PLAIN",
    "roundcube, TAR"
  })
  @Execution(ExecutionMode.CONCURRENT)
  void comesBackAsItWas(String schema, DumpFormat format) throws Exception {
    // Given
    var name = schema + "_" + format.name().toLowerCase(Locale.ROOT);
    load(schema, name);
    var storage = RunnerFixture.s3Storage();

    // When
    var backup = RunnerFixture.backup(at(name), format, null, storage);
    fixture.run(backup, RunnerFixture.ADMIN_PASSWORD).succeeded();
    var restore =
        RunnerFixture.restore(at(name + "_copy"), RestoreMode.CREATE_NEW, storage, backup.path());
    var restored = fixture.run(restore, RunnerFixture.ADMIN_PASSWORD).succeeded();

    // Then
    assertThat(restored.result().warningCount()).as(restored.log()).isZero();
    var differences =
        DockerCli.run(
            "exec",
            server,
            "bash",
            "-c",
            // sorted: rows need not lie in the same order
            "text() { pg_dump \"$1\" | grep -vE '^.(un)?restrict ' | sort; };"
                + " diff <(text %s) <(text %s_copy) | head -n 40".formatted(name, name));
    assertThat(differences.output()).isEmpty();
    assertThat(lines(name)).as("lines that pg_dump writes").isGreaterThan(100);
  }

  private static synchronized void load(String schema, String name) {
    psql("postgres", "-c", "CREATE DATABASE " + name);
    psql(name, "-o", "/dev/null", "-f", "/schemas/" + schema + ".sql");
  }

  private static void psql(String database, String... arguments) {
    var command =
        new ArrayList<>(
            List.of("exec", server, "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", database));
    command.addAll(List.of(arguments));
    DockerCli.must(command.toArray(String[]::new));
  }

  private static long lines(String database) {
    return Long.parseLong(
        DockerCli.must("exec", server, "bash", "-c", "pg_dump " + database + " | wc -l").strip());
  }

  private static Task.Server at(String database) {
    return new Task.Server("foreign", 5432, database, null, "postgres", TlsMode.REQUIRE, 10);
  }
}
