package io.pgcask.operator.schedule.change;

import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.schedule.ScheduleFixture;
import io.pgcask.operator.schedule.change.SkipDecision.Run;
import io.pgcask.operator.schedule.change.SkipDecision.Skip;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.change.ChangeEvidence;
import io.pgcask.postgres.change.EvidenceReader;
import io.pgcask.runner.PostgresContainer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A slot is skipped on a real server only while nothing happens there. */
@Tag("host")
class DatabaseLookIT {

  private static final List<String> CHANGES =
      List.of(
          "INSERT INTO orders VALUES (2)",
          "SELECT nextval('numbers')",
          "GRANT SELECT ON orders TO reader",
          "SELECT lo_create(4711)",
          "ALTER TABLE orders ADD COLUMN more int",
          "SELECT pg_stat_reset()");

  private static PostgresContainer server;
  private static ConnectionSettings settings;

  private final BackupSchedule schedule = schedule("skipIfUnchanged: true");

  @BeforeAll
  static void start() throws Exception {
    server = new PostgresContainer(17);
    server.sql("postgres", "CREATE DATABASE shop", "CREATE ROLE reader");
    server.sql("shop", "CREATE TABLE orders (id int)", "CREATE SEQUENCE numbers");
    server.sql("shop", "INSERT INTO orders VALUES (1)");
    settings = server.settings("shop", "postgres");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The connection of the schedule, to that port. */
  private static DatabaseLook look(int port) {
    var connections =
        new Connections(null) {
          @Override
          public Optional<PostgresConnection> find(String namespace, String name) {
            return Optional.of(
                Serialization.unmarshal("spec: {standard: {host: x}}", PostgresConnection.class));
          }
        };
    var resolver =
        new ConnectionResolver(null) {
          @Override
          public Resolved resolve(PostgresConnection connection) {
            return new Resolved(
                new Task.Server(
                    settings.host(), port, "shop", null, "postgres", TlsMode.DISABLE, 10),
                Optional.empty(),
                settings.user(),
                settings.password(),
                List.of(),
                Optional.empty());
          }
        };
    return new DatabaseLook(connections, resolver, Clock.systemUTC());
  }

  private static Backup backup(ChangeEvidence evidence, int port) {
    return ScheduleFixture.backup(
        9,
        status -> {
          var planned = status.resolved();
          status
              .changeEvidence(((ChangeEvidence.Known) evidence).parts())
              .resolved(
                  new BackupStatus.Resolved(
                      new ResolvedConnection("shop", settings.host(), port, "shop"),
                      planned.format(),
                      planned.storage(),
                      null,
                      planned.path(),
                      planned.image(),
                      null));
        });
  }

  /** What a Backup has that is made now, once everything that was written is counted. */
  private static Backup made() throws Exception {
    try (var session = server.session("shop")) {
      await().until(() -> isAlone(session));
      return backup(EvidenceReader.read(session), settings.port());
    }
  }

  /** A session hands in what it has counted before it leaves. */
  private static boolean isAlone(Connection session) throws SQLException {
    try (var statement = session.createStatement();
        var others =
            statement.executeQuery(
                """
                SELECT 1 FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND backend_type = 'client backend'""")) {
      return !others.next();
    }
  }

  @Test
  void skipsWhileNothingHappensAndRunsAfterEachChange() throws Exception {
    var look = look(settings.port());
    for (var change : CHANGES) {
      // Given
      var backup = made();
      assertThat(look.since(schedule, backup)).as("before " + change).isInstanceOf(Skip.class);

      // When
      server.sql("shop", change);

      // Then
      var decision = await(change).until(() -> look.since(schedule, backup), Run.class::isInstance);
      assertThat(((Run) decision).why()).endsWith("changed");
    }
  }

  @Test
  void runsWhereTheServerDoesNotAnswer() {
    var nowhere = look(1);

    var decision =
        nowhere.since(schedule, backup(new ChangeEvidence.Known(java.util.Map.of("a", "b")), 1));

    assertThat(decision).isInstanceOf(Run.class);
    assertThat(((Run) decision).why()).startsWith("the database could not be looked at");
  }
}
