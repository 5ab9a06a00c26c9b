package io.pgcask.operator.connection.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.Patience;
import io.pgcask.api.v1alpha1.Realtime;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SchemaFilter;
import io.pgcask.api.v1alpha1.WatchSchema;
import io.pgcask.operator.job.Trouble;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.PostgresContainer;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A watcher on a real server: what it tells, what it leaves, and how little it is in the way. */
@Tag("host")
@Isolated("promises seconds")
class WatcherIT {

  private static final int TABLES = 50;

  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  /** In ms. */
  private static final long A_BUSY_MACHINE = 1000;

  private static final String UID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
  private static final OwnObjects OWN = OwnObjects.of(UID);
  private static final Watcher.Timing QUICK =
      new Watcher.Timing(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1));

  /** Everything of ours that a database can hold. */
  private static final String LEFT =
      """
      SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgcask%')
           + (SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'pgcask%')
           + (SELECT count(*) FROM pg_namespace WHERE nspname = 'pgcask')
      """;

  private static final String TRIGGERS =
      "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgcask%'";

  private static PostgresContainer server;
  private static int databases;

  private final List<Watcher> watchers = new ArrayList<>();
  private String database = "";

  @BeforeAll
  static void start() throws Exception {
    server = new PostgresContainer(17);
    server.role("plain");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void createDatabase() throws Exception {
    database = "shop" + databases++;
    server.sql("postgres", "CREATE DATABASE " + database + " OWNER plain");
    server.sql(
        database,
        "CREATE TABLE orders (id int)",
        "CREATE VIEW big_orders AS SELECT * FROM orders WHERE id > 100",
        "CREATE VIEW bigger_orders AS SELECT * FROM big_orders WHERE id > 1000",
        "CREATE TABLE parts (at int) PARTITION BY LIST (at)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1)");
  }

  @AfterEach
  void endAll() throws Exception {
    for (var watcher : watchers) {
      watcher.retire(LONG_ENOUGH);
      watcher.hasEnded(LONG_ENOUGH);
    }
    server.sql("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
  }

  @Test
  void eventTriggersTellOfAChangeWithinTwoSeconds() throws Exception {
    // Given
    var watcher = watch("postgres", plan(WatchSchema.TRIGGERS, Realtime.OFF));
    awaitReport(watcher, report -> report.schema() == WatchSchema.TRIGGERS && seen(report));
    var before = watcher.report().observation().orElseThrow().fingerprint();

    for (var sql :
        List.of("CREATE TABLE more (id int)", "GRANT SELECT ON more TO plain", "DROP TABLE more")) {
      // When
      var last = watcher.report().observation().orElseThrow().fingerprint();
      server.sql(database, sql);

      // Then
      await(sql)
          .atMost(Patience.TWO_SECONDS_WHEN_BUSY)
          .until(() -> !watcher.report().observation().orElseThrow().fingerprint().equals(last));
    }
    assertThat(watcher.report().observation().orElseThrow().fingerprint()).isEqualTo(before);
    assertThat(backends()).isEqualTo(1);

    // When it ends, Then nothing is left
    watcher.retire(LONG_ENOUGH);
    assertThat(watcher.hasEnded(LONG_ENOUGH)).isTrue();
    assertThat(server.one(database, LEFT)).isEqualTo("0");
    assertThat(backends()).isZero();
  }

  @Test
  void aRoleThatMayNotIsServedByPolling() throws Exception {
    // When
    var watcher = watch("plain", plan(WatchSchema.TRIGGERS, Realtime.TRIGGERS, "public.orders"));

    // Then
    awaitReport(watcher, report -> seen(report) && report.trouble().isPresent());
    assertThat(watcher.report().schema()).isEqualTo(WatchSchema.POLL);
    assertThat(watcher.report().realtime()).isEqualTo(Realtime.STATISTICS);
    assertThat(watcher.report().trouble().map(Trouble::reason))
        .hasValueSatisfying(
            reason ->
                assertThat(reason).isIn(Reason.EVENT_TRIGGERS_DENIED, Reason.TRIGGERS_DENIED));
    assertThat(server.one(database, LEFT)).isEqualTo("0");
  }

  @Test
  void nothingIsInstalledWherePreparedTransactionsAreAllowed() throws Exception {
    try (var other = new PostgresContainer(17, "-c", "max_prepared_transactions=5")) {
      other.sql("postgres", "CREATE TABLE orders (id int)");
      var plan = plan(WatchSchema.TRIGGERS, Realtime.TRIGGERS, "public.orders");

      var watcher = watch(() -> other.settings("postgres", "postgres"), OWN, plan);

      awaitReport(watcher, report -> seen(report) && report.trouble().isPresent());
      assertThat(watcher.report().trouble().map(Trouble::reason)).hasValue(Reason.TWO_PHASE_COMMIT);
      assertThat(watcher.report().schema()).isEqualTo(WatchSchema.POLL);
      assertThat(watcher.report().realtime()).isEqualTo(Realtime.STATISTICS);
      assertThat(other.one("postgres", LEFT)).isEqualTo("0");
    }
  }

  @Test
  void nobodyWaitsLongForUsAndAKilledOperatorLeavesNothing() throws Exception {
    // Given 50 tables, a writer who measures, and a transaction that holds one of them
    var tables = IntStream.range(0, TABLES).mapToObj("t%d"::formatted).toList();
    for (var table : tables) {
      server.sql(database, "CREATE TABLE " + table + " (id int)");
    }
    var names = tables.stream().map(table -> "public." + table).toArray(String[]::new);
    var over = new AtomicBoolean();
    var worst = CompletableFuture.supplyAsync(() -> write(over, "t0"));
    var control = CompletableFuture.supplyAsync(() -> write(over, "orders"));
    try (var holder = server.session(database)) {
      holder.setAutoCommit(false);
      holder.createStatement().execute("INSERT INTO t0 VALUES (0)");

      // When
      var first = watch("postgres", plan(WatchSchema.OFF, Realtime.TRIGGERS, names));
      awaitTriggers(TABLES - 1);
      awaitReport(
          first,
          report -> report.trouble().filter(t -> t.reason() == Reason.TABLE_BUSY).isPresent());
      holder.rollback();
      awaitTriggers(TABLES);

      // When it is killed, and another comes when nobody listens any more
      first.abandon();
      await().until(() -> backends() == 0);
      assertThat(server.one(database, TRIGGERS)).isEqualTo("" + TABLES);
      holder.createStatement().execute("INSERT INTO t0 VALUES (0)");
      var second = watch("postgres", plan(WatchSchema.OFF, Realtime.TRIGGERS).readingOnly());
      awaitTriggers(1);
      holder.rollback();

      // Then
      awaitReport(second, WatchReport::clean);
      assertThat(server.one(database, LEFT)).isEqualTo("0");
    }
    over.set(true);
    // Without a limit they would wait for the transaction, which ends only when the watcher has
    // given
    // up. A busy machine adds to any wait, mostly to that at a table that nobody locks as well.
    long noise = Math.max(0, control.join() - 50);
    assertThat(worst.join())
        .as("worst wait in ms; %d ms at a table of nobody", control.join())
        .isLessThanOrEqualTo(Installation.LOCK_TIMEOUT.toMillis() + A_BUSY_MACHINE + noise);
  }

  @Test
  void triggersTellOfTablesViewsAndPartitions() throws Exception {
    // Given
    var watcher =
        watch(
            "postgres",
            plan(
                WatchSchema.OFF,
                Realtime.TRIGGERS,
                "public.orders",
                "public.bigger_orders",
                "public.parts"));
    var heard = new ConcurrentLinkedQueue<TableName>();
    var names = List.of(name("orders"), name("bigger_orders"), name("parts"));
    watcher
        .subscriptions()
        .add(new Subscriptions.Subscription(names, change -> heard.add(change.table())));
    awaitTriggers(3);
    awaitReport(watcher, report -> report.realtime() == Realtime.TRIGGERS);

    for (var sql :
        List.of(
            "INSERT INTO orders VALUES (1)",
            "UPDATE orders SET id = 2",
            "DELETE FROM orders",
            "TRUNCATE orders")) {
      // When
      heard.clear();
      server.sql(database, sql);
      // Then
      await(sql)
          .atMost(Patience.TWO_SECONDS_WHEN_BUSY)
          .untilAsserted(() -> assertThat(heard).contains(name("orders"), name("bigger_orders")));
    }

    // When a partition is written to directly, Then its parent is told of
    heard.clear();
    server.sql(database, "INSERT INTO parts_1 VALUES (1)");
    await()
        .atMost(Patience.TWO_SECONDS_WHEN_BUSY)
        .untilAsserted(() -> assertThat(heard).contains(name("parts")));
    assertThat(watcher.report().rowsChanged()).isPresent();
  }

  @Test
  void countersTellOfRowsWithoutAnythingInTheDatabase() throws Exception {
    // Given
    var watcher = watch("plain", plan(WatchSchema.POLL, Realtime.STATISTICS));
    var inserted = new ConcurrentLinkedQueue<Long>();
    watcher
        .subscriptions()
        .add(
            new Subscriptions.Subscription(
                List.of(name("bigger_orders")), change -> inserted.add(change.inserted())));
    awaitReport(watcher, WatcherIT::seen);

    // When
    await()
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              server.sql(database, "INSERT INTO orders SELECT generate_series(1, 7)");
              return !inserted.isEmpty();
            });

    // Then
    assertThat(inserted.peek() % 7).isZero();
    assertThat(server.one(database, LEFT)).isEqualTo("0");
  }

  @Test
  void whoComesLaterRemovesWhatOthersHaveLeft() throws Exception {
    // Given one of another cluster, which is gone
    var other = OwnObjects.of("aaaaaaaa-4f89-41d3-9a0c-0305e82c3301");
    var gone = watch("postgres", other, plan(WatchSchema.OFF, Realtime.TRIGGERS, "public.orders"));
    awaitTriggers(1);
    gone.abandon();

    // When
    watch("postgres", plan(WatchSchema.OFF, Realtime.TRIGGERS, "public.parts"));

    // Then
    await()
        .until(
            () ->
                server
                    .one(
                        database,
                        "SELECT string_agg(DISTINCT tgname, ' ') FROM pg_trigger WHERE tgname LIKE 'pgcask%'")
                    .equals(OWN.trigger()));
  }

  @Test
  void aDumpWithTriggersRestoresByABarePgRestore() throws Exception {
    // Given
    watch("postgres", plan(WatchSchema.TRIGGERS, Realtime.TRIGGERS, "public.orders"));
    awaitTriggers(1);
    await().until(() -> server.one(database, LEFT).equals("4"));

    // When
    var restored =
        server.programs(
            """
            set -o pipefail
            psql -c 'CREATE DATABASE %1$s_copy' postgres
            pg_dump -Fc %1$s | pg_restore --exit-on-error -d %1$s_copy
            """
                .formatted(database));

    // Then
    assertThat(restored.code()).as(restored.output()).isZero();
    assertThat(server.one(database + "_copy", LEFT)).isEqualTo("4");
    for (var line : OWN.dropLines().split(";")) {
      server.sql(database + "_copy", line);
    }
    assertThat(server.one(database + "_copy", LEFT)).isEqualTo("0");
  }

  @Test
  void itComesBackAfterTheServer() throws Exception {
    // Given
    var watcher = watch("postgres", plan(WatchSchema.OFF, Realtime.TRIGGERS, "public.orders"));
    awaitTriggers(1);

    // When its session is ended
    server.sql(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgcask/watch'");

    // Then
    await().until(() -> backends() == 1);
    awaitReport(watcher, report -> report.trouble().isEmpty());
  }

  private Watcher watch(String role, WatchPlan plan) {
    return watch(role, OWN, plan);
  }

  private Watcher watch(String role, OwnObjects own, WatchPlan plan) {
    return watch(() -> server.settings(database, role), own, plan);
  }

  private Watcher watch(Supplier<ConnectionSettings> place, OwnObjects own, WatchPlan plan) {
    var watcher =
        new Watcher(
                own,
                () -> Sessions.open(place.get(), Watcher.APPLICATION, Duration.ofSeconds(15)),
                plan,
                () -> {},
                QUICK,
                Clock.systemUTC())
            .start("test");
    watchers.add(watcher);
    return watcher;
  }

  private static WatchPlan plan(WatchSchema schema, Realtime realtime, String... tables) {
    var names = List.of(tables).stream().flatMap(t -> TableName.parse(t).stream()).toList();
    return new WatchPlan(
        SchemaFilter.ALL,
        schema,
        realtime,
        names.isEmpty()
            ? new ListenRequest.Nothing()
            : new ListenRequest.Tables(Instant.now().plusSeconds(600), names),
        Duration.ofMinutes(10));
  }

  private static TableName name(String table) {
    return new TableName("public", table);
  }

  private static boolean seen(WatchReport report) {
    return report.observation().isPresent();
  }

  private static void awaitReport(
      Watcher watcher, java.util.function.Predicate<WatchReport> condition) {
    await().pollInterval(Duration.ofMillis(50)).until(watcher::report, condition::test);
  }

  private void awaitTriggers(int count) {
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(() -> server.one(database, TRIGGERS), found -> found.equals("" + count));
  }

  private int backends() throws Exception {
    return Integer.parseInt(
        server.one(
            "postgres",
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgcask/watch'"));
  }

  /** Writes in a loop; the longest time of a write in ms. */
  private long write(AtomicBoolean over, String table) {
    try (Connection session = server.session(database);
        var statement = session.createStatement()) {
      long worst = 0;
      while (!over.get()) {
        long start = System.nanoTime();
        statement.execute("INSERT INTO " + table + " VALUES (1)");
        worst = Math.max(worst, System.nanoTime() - start);
        Thread.sleep(1);
      }
      return worst / 1_000_000;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
