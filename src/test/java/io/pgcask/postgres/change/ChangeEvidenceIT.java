package io.pgcask.postgres.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.SchemaFilter;
import io.pgcask.runner.PostgresContainer;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of change is seen, on the oldest and on the newest server; reading is none. */
@Tag("host")
class ChangeEvidenceIT {

  private static final String SCHEMA =
      """
      CREATE ROLE reader;
      CREATE SCHEMA sales;
      CREATE TABLE sales.orders (id bigint PRIMARY KEY, text text);
      CREATE TABLE sales.parts (at date) PARTITION BY RANGE (at);
      CREATE TABLE sales.parts_1 PARTITION OF sales.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      CREATE VIEW sales.open AS SELECT * FROM sales.orders;
      CREATE SEQUENCE sales."odd {name}";
      CREATE TABLE public.other (id int);
      CREATE MATERIALIZED VIEW sales.summary AS SELECT count(*) FROM sales.orders;
      CREATE FUNCTION sales.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
      INSERT INTO sales.orders SELECT n, 'x' FROM generate_series(1, 10) n;
      SELECT lo_create(4711)
      """;

  private static final List<String> DATA =
      List.of(
          "INSERT INTO sales.orders VALUES (11, 'y')",
          "UPDATE sales.orders SET text = 'z' WHERE id = 1",
          "DELETE FROM sales.orders WHERE id = 2",
          "TRUNCATE public.other",
          "INSERT INTO sales.parts_1 VALUES ('2026-02-02')",
          "SELECT nextval('sales.\"odd {name}\"')",
          "SELECT setval('sales.\"odd {name}\"', 42, false)",
          "REFRESH MATERIALIZED VIEW sales.summary",
          "SELECT lo_put(4711, 0, 'x')",
          "GRANT SELECT ON LARGE OBJECT 4711 TO reader",
          "SELECT lo_unlink(4711)",
          "ALTER ROLE reader CONNECTION LIMIT 5");

  private static final List<String> DEFINITIONS =
      List.of(
          "ALTER TABLE sales.orders ADD COLUMN more int DEFAULT 1",
          "ALTER TABLE sales.orders ALTER COLUMN more SET DEFAULT 2",
          "ALTER TABLE sales.orders ALTER COLUMN more SET NOT NULL",
          "GRANT SELECT ON sales.orders TO reader",
          "GRANT SELECT (id) ON public.other TO reader",
          "ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO reader",
          "GRANT USAGE ON SCHEMA sales TO reader",
          "ALTER SEQUENCE sales.\"odd {name}\" OWNED BY sales.orders.id",
          "ALTER TABLE sales.orders OWNER TO reader",
          "CREATE INDEX ON sales.orders (text)",
          "CREATE OR REPLACE VIEW sales.open AS SELECT * FROM sales.orders WHERE id > 1",
          "CREATE OR REPLACE FUNCTION sales.f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
          "REVOKE EXECUTE ON FUNCTION sales.f() FROM PUBLIC",
          "CREATE TYPE sales.mood AS ENUM ('sad')",
          "ALTER TYPE sales.mood ADD VALUE 'happy'",
          "CREATE TRIGGER t BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION"
              + " suppress_redundant_updates_trigger()",
          "ALTER TABLE sales.orders DISABLE TRIGGER t",
          "ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY",
          "CREATE POLICY p ON sales.orders USING (id > 0)",
          "ALTER SEQUENCE sales.\"odd {name}\" INCREMENT 2",
          "ALTER TABLE sales.parts DETACH PARTITION sales.parts_1",
          "COMMENT ON TABLE sales.orders IS 'all of them'",
          "COMMENT ON DATABASE shop IS 'a shop'",
          "ALTER DATABASE shop SET work_mem = '5MB'",
          "CREATE EXTENSION pg_trgm",
          "CREATE PUBLICATION pub FOR TABLE sales.orders",
          "CREATE STATISTICS sales.s ON id, text FROM sales.orders",
          "CREATE FOREIGN DATA WRAPPER w",
          "CREATE SERVER there FOREIGN DATA WRAPPER w",
          "CREATE USER MAPPING FOR reader SERVER there OPTIONS (user 'x')",
          "ALTER TABLE sales.orders SET (fillfactor = 70)",
          "DROP TABLE public.other");

  /** What a server does by itself, what others do, and what is undone. */
  private static final List<String> NOTHING =
      List.of(
          "SELECT * FROM sales.orders, sales.open",
          "VACUUM ANALYZE",
          "VACUUM FREEZE pg_catalog.pg_attribute",
          "CHECKPOINT",
          "CREATE TEMP TABLE mine AS SELECT * FROM sales.orders",
          "BEGIN; ALTER TABLE sales.orders ADD COLUMN never int; ROLLBACK",
          "CREATE DATABASE unrelated");

  private static PostgresContainer oldest;
  private static PostgresContainer newest;

  @BeforeAll
  static void start() throws Exception {
    oldest = new PostgresContainer(14);
    newest = new PostgresContainer(18);
  }

  @AfterAll
  static void stop() {
    oldest.close();
    newest.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void eachChangeIsSeenAndReadingIsNone(int major) throws Exception {
    // Given
    var server = major == 14 ? oldest : newest;
    server.sql("postgres", "CREATE DATABASE shop");
    server.sql("shop", SCHEMA);
    try (var session = server.session("shop")) {
      var last = settled(session);

      // When nothing changes
      for (var sql : NOTHING) {
        server.sql("shop", sql);
      }
      // Then
      var quiet = EvidenceReader.read(session);
      assertThat(quiet.differenceFrom(last)).isEmpty();

      // When something does, Then it is seen
      last = quiet;
      for (var sql : DATA) {
        server.sql("shop", sql);
        last = changed(session, last, sql);
      }
      for (var sql : DEFINITIONS) {
        var before = CatalogueFingerprint.read(session, SchemaFilter.ALL);
        server.sql("shop", sql);
        assertThat(CatalogueFingerprint.read(session, SchemaFilter.ALL))
            .as(sql)
            .isNotEqualTo(before);
      }
    }
  }

  @Test
  void aCrashThatLosesTheCountersIsAChange() throws Exception {
    // Given
    newest.sql("postgres", "CREATE DATABASE crash");
    newest.sql("crash", "CREATE TABLE t (i int)");
    ChangeEvidence before;
    try (var session = newest.session("crash")) {
      before = settled(session);
    }

    // When a process of the server dies, and the counters with it
    var process = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'";
    var pid = newest.one("crash", process);
    assertThat(newest.bash("kill -9 " + pid).code()).isZero();
    await().ignoreExceptions().until(() -> newest.one("crash", process), now -> !now.equals(pid));

    // Then
    try (var session = newest.session("crash")) {
      assertThat(EvidenceReader.read(session).differenceFrom(before))
          .contains("statistics changed");
    }
  }

  @Test
  void whatIsNotKnownIsNeverUnchanged() throws Exception {
    // Given
    newest.role("limited");
    newest.sql("postgres", "CREATE DATABASE doubt", "ALTER DATABASE doubt SET track_counts = off");
    newest.sql("postgres", "CREATE DATABASE secrets");
    newest.sql("secrets", "CREATE SEQUENCE s");

    // When, Then
    try (var uncounted = newest.session("doubt");
        var limited = newest.session("secrets", "limited")) {
      var first = EvidenceReader.read(uncounted);
      assertThat(first).isInstanceOf(ChangeEvidence.Unknown.class);
      assertThat(first.unchangedSince(first)).isFalse();
      assertThat(EvidenceReader.read(limited))
          .isEqualTo(new ChangeEvidence.Unknown("a sequence may not be read"));
    }
    newest.sql(
        "secrets",
        "CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)");
    try (var session = newest.session("secrets")) {
      assertThat(EvidenceReader.read(session)).isInstanceOf(ChangeEvidence.Unknown.class);
    }
  }

  @Test
  void theFingerprintObeysTheFilter() throws Exception {
    // Given
    newest.sql("postgres", "CREATE DATABASE filter");
    newest.sql("filter", "CREATE SCHEMA a", "CREATE SCHEMA b");
    var onlyA = new SchemaFilter(List.of("a"), null);
    var notA = new SchemaFilter(null, List.of("a"));
    try (var session = newest.session("filter")) {
      var a = CatalogueFingerprint.read(session, onlyA);
      var rest = CatalogueFingerprint.read(session, notA);

      // When
      newest.sql("filter", "CREATE TABLE b.t (i int)");

      // Then
      assertThat(CatalogueFingerprint.read(session, onlyA)).isEqualTo(a);
      assertThat(CatalogueFingerprint.read(session, notA)).isNotEqualTo(rest);
    }
  }

  /** Once everything that is written is counted, which a server does within seconds. */
  private static ChangeEvidence settled(Connection session) {
    return await()
        .pollDelay(Duration.ofSeconds(1))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              var first = EvidenceReader.read(session);
              Thread.sleep(1_500);
              return new ChangeEvidence[] {first, EvidenceReader.read(session)};
            },
            pair -> pair[1].unchangedSince(pair[0]))[1];
  }

  private static ChangeEvidence changed(Connection session, ChangeEvidence before, String sql) {
    return await(sql).until(() -> EvidenceReader.read(session), now -> !now.unchangedSince(before));
  }
}
