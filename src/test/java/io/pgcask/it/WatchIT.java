package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgcask.Patience;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Realtime;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.WatchSchema;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** How a database that is followed shows in the connection's status, and that it is left clean. */
@OnCluster
class WatchIT {

  private static final String LISTEN = "pgcask.io/listen";

  /** Nothing that is seen comes from a probe. */
  private static final String TRIGGERS =
      """
      probeIntervalSeconds: 3600
      watchSchema: Triggers
      realtime: Triggers
      """;

  @ConcurrentTest
  void triggersTellAtOnceAndLeaveWithTheConnection(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "watched", "watched", "secret");
    shop.executeAsSuperuser("ALTER ROLE watched SUPERUSER").execute("CREATE TABLE orders (id int)");
    workspace.connection("shop", shop, TRIGGERS);
    var before =
        workspace.await(
            PostgresConnection.class,
            "shop",
            c -> watching(c).filter(Condition::holds).isPresent());
    assertThat(before.getStatus().schema().mode()).isEqualTo(WatchSchema.TRIGGERS);
    assertThat(before.getStatus().schema().tables()).isEqualTo(1);
    assertThat(before.getStatus().realtime().mode()).isEqualTo(Realtime.STATISTICS);
    assertThat(before.getFinalizers()).containsExactly("pgcask.io/cleanup");

    // When the schema changes, Then the status says so
    shop.execute("CREATE TABLE items (id int)");
    await("the change in the status")
        .atMost(Patience.TWO_SECONDS_WHEN_BUSY)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> workspace.get(PostgresConnection.class, "shop").getStatus().schema(),
            schema -> schema.tables() == 2 && schema.lastChangeTime() != null);

    // When somebody listens, and then not any more
    listen(workspace, Instant.now().plusSeconds(600), "public.orders,public.items");
    workspace.await(
        PostgresConnection.class,
        "shop",
        c -> c.getStatus().realtime().mode() == Realtime.TRIGGERS);
    assertThat(ours(shop)).isEqualTo(4); // and two event triggers
    listen(workspace, Instant.now().plusSeconds(600), "public.items,public.nowhere");
    workspace.awaitEvents("shop", Reason.LISTEN_INVALID.word());
    await().until(() -> ours(shop) == 3);

    // When it is deleted, Then nothing is left
    workspace.delete(PostgresConnection.class, "shop");
    workspace.awaitGone(PostgresConnection.class, "shop");
    assertThat(ours(shop)).isZero();
    await().until(() -> sessions(shop) == 0);
  }

  @ConcurrentTest
  void withTheDefaultsADatabaseIsOnlyRead(Cluster cluster, Workspace workspace) throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "polled", "polled", "secret");
    workspace.connection("shop", shop, "probeIntervalSeconds: 10");
    workspace.await(
        PostgresConnection.class, "shop", c -> watching(c).filter(Condition::holds).isPresent());

    // When
    shop.execute("CREATE TABLE orders (id int)");

    // Then
    var now =
        workspace.await(
            PostgresConnection.class, "shop", c -> c.getStatus().schema().lastChangeTime() != null);
    assertThat(now.getStatus().schema().mode()).isEqualTo(WatchSchema.POLL);
    assertThat(now.getStatus().schema().tables()).isEqualTo(1);
    assertThat(now.getStatus().realtime().mode()).isEqualTo(Realtime.STATISTICS);
    assertThat(now.getFinalizers()).isEmpty();
    assertThat(ours(shop)).isZero();
    assertThat(sessions(shop)).isZero();
  }

  @ConcurrentTest
  void aConnectionThatLeadsElsewhereLeavesTheOldDatabaseClean(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var old = TestDatabase.create(cluster.postgres(17), "led_here", "led", "secret");
    var other = old.execute("CREATE TABLE orders (id int)").createSibling("led_there");
    other.execute("CREATE TABLE orders (id int)");
    workspace.connection("shop", old, "realtime: Triggers");
    listen(workspace, Instant.now().plusSeconds(600), "public.orders");
    await().until(() -> ours(old) == 1);

    // When
    workspace.patchSpec(
        PostgresConnection.class, "shop", "{\"standard\":{\"database\":\"led_there\"}}");

    // Then
    await().until(() -> ours(other) == 1);
    await().until(() -> ours(old) == 0 && sessions(old) == 0);
  }

  @ConcurrentTest
  void whatCannotBeDroppedIsSaidAndDoesNotHoldTheConnection(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "locked_out", "locked_out", "secret");
    workspace.connection(
        "shop", shop.execute("CREATE TABLE orders (id int)"), "realtime: Triggers");
    listen(workspace, Instant.now().plusSeconds(600), "public.orders");
    await().until(() -> ours(shop) == 1);

    // When its role may not log in any more
    shop.executeAsSuperuser("ALTER ROLE locked_out NOLOGIN")
        .executeAsSuperuser(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locked_out'");
    workspace.delete(PostgresConnection.class, "shop");

    // Then the lines of the Event are all that it takes
    workspace.awaitGone(PostgresConnection.class, "shop");
    workspace.awaitEvents("shop", Reason.TRIGGERS_LEFT.word());
    assertThat(ours(shop)).isEqualTo(1);
    var message = workspace.eventMessage("shop", Reason.TRIGGERS_LEFT.word());
    shop.executeAsSuperuser(message.substring(message.indexOf("DROP FUNCTION")));
    assertThat(ours(shop)).isZero();
    assertThat(count(shop, "SELECT count(*) FROM pg_namespace WHERE nspname = 'pgcask'")).isZero();
  }

  @Test
  @ResourceLock(ConcurrentTest.OPERATOR)
  void aKilledOperatorLeavesNoTriggerAfterItsReturn(Cluster cluster, Workspace workspace)
      throws Exception {
    assumeTrue(cluster.node().isPresent(), "the node is not ours");
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "killed", "killed", "secret");
    shop.execute(
        "DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$");
    workspace.connection("shop", shop, "probeIntervalSeconds: 3600\nrealtime: Triggers");
    var tables = new StringBuilder("public.t1");
    for (int i = 2; i <= 50; i++) {
      tables.append(",public.t").append(i);
    }
    listen(workspace, Instant.now().plusSeconds(600), tables.toString());
    await().until(() -> ours(shop) == 50);

    // When it gets signal 9, and nobody listens any more
    cluster.operator().killProcess(cluster.node().orElseThrow());
    assertThat(ours(shop)).isEqualTo(50);
    listen(workspace, Instant.now().minusSeconds(1), "public.t1");

    // Then
    await().until(() -> ours(shop) == 0);
    workspace.await(PostgresConnection.class, "shop", c -> c.getFinalizers().isEmpty());
    await().until(() -> sessions(shop) == 0);
  }

  private static void listen(Workspace workspace, Instant until, String tables) {
    workspace.annotate(
        PostgresConnection.class,
        "shop",
        LISTEN,
        until.truncatedTo(ChronoUnit.SECONDS) + ";" + tables);
  }

  private static Optional<Condition> watching(PostgresConnection connection) {
    return Optional.ofNullable(connection.getStatus().conditions()).stream()
        .flatMap(java.util.List::stream)
        .filter(condition -> condition.type().equals(Condition.WATCHING))
        .findFirst();
  }

  /** Triggers and event triggers of pgcask in the database. */
  private static long ours(TestDatabase database) throws SQLException {
    return count(
        database,
        "SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgcask%')"
            + " + (SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'pgcask%')");
  }

  private static long sessions(TestDatabase database) throws SQLException {
    return count(
        database,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'pgcask/watch'");
  }

  private static long count(TestDatabase database, String query) throws SQLException {
    try (var session = database.server().superuser(database.name());
        var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
