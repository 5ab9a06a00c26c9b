package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreNames;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.SessionReplicationRole;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.postgres.ServerFacts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A part of a backup is restored, and nothing else: into PostgreSQL 17 by its own pg_restore
 * (Custom, Tar), and through psql and pipes by that of 18 (Directory).
 */
@Tag("host")
class RestoreChoiceIT {
  private static final int MAJOR = 17;
  private static final int OLD = 14;
  private static final String PASSWORD = "shop-password";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static final Map<DumpFormat, Task.Backup> backups = new EnumMap<>(DumpFormat.class);
  private static Map<String, String> original;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.server(MAJOR);
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE reader",
        "CREATE ROLE owners",
        "CREATE ROLE shop LOGIN CREATEDB IN ROLE owners PASSWORD '" + PASSWORD + "'",
        "CREATE ROLE guest LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE shop OWNER shop");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      fill(session);
      original = rows(session);
    }
    for (var format : DumpFormat.values()) {
      backups.put(format, dump("shop", format));
    }
  }

  private static void fill(Connection session) throws SQLException {
    try (var statement = session.createStatement()) {
      for (var sql :
          List.of(
              "CREATE EXTENSION hstore",
              "CREATE SCHEMA sales",
              "CREATE SCHEMA audit",
              "CREATE TYPE sales.state AS ENUM ('open', 'paid')",
              "CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql"
                  + " AS 'BEGIN RETURN NEW; END'",
              "CREATE FUNCTION sales.code(s sales.state, i int DEFAULT 1) RETURNS int LANGUAGE sql"
                  + " IMMUTABLE AS 'SELECT i'",
              "CREATE TABLE sales.customers (id serial PRIMARY KEY, name text UNIQUE)",
              "CREATE TABLE sales.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                  + " customer int REFERENCES sales.customers, state sales.state, note text)",
              // comes before the table that it refers to
              "CREATE TABLE sales.basket (customer int REFERENCES sales.customers)",
              "CREATE INDEX orders_note ON sales.orders (note)",
              "CREATE INDEX orders_code ON sales.orders (sales.code(state))",
              "CREATE TRIGGER touch BEFORE UPDATE ON sales.orders FOR EACH ROW"
                  + " EXECUTE FUNCTION sales.touch()",
              "CREATE TABLE audit.log (at int, what text)",
              "CREATE TABLE attributes (h hstore)",
              "INSERT INTO sales.customers (name) SELECT 'name ' || g FROM generate_series(1, 500) g",
              "INSERT INTO sales.orders (customer, state, note) SELECT 1 + g % 500, 'paid', md5(g::text)"
                  + " FROM generate_series(1, 20000) g",
              "INSERT INTO sales.basket VALUES (7), (8)",
              "INSERT INTO audit.log SELECT g, md5(g::text) FROM generate_series(1, 3000) g",
              "INSERT INTO attributes VALUES ('a=>1')",
              "SELECT lo_from_bytea(0, '\\x00ff10')",
              "COMMENT ON TABLE sales.orders IS 'the orders'",
              "GRANT SELECT ON sales.orders TO reader",
              "CREATE PUBLICATION news FOR TABLE audit.log",
              "DO $$ BEGIN FOR i IN 1..40 LOOP EXECUTE format("
                  + "'CREATE TABLE many_%s AS SELECT %s AS i', i, i); END LOOP; END $$")) {
        statement.execute(sql);
      }
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Task.Backup dump(String database, DumpFormat format) throws Exception {
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(MAJOR, database, "postgres"),
            format,
            null,
            RunnerFixture.volumeStorage());
    fixture.run(task, RunnerFixture.ADMIN_PASSWORD).succeeded();
    return task;
  }

  private static String newName() {
    return "part_" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static Task.Restore task(
      String database, String user, RestoreMode mode, Task.Backup from, RestoreChoice choice) {
    return TaskRestoreBuilder.builder(
            RunnerFixture.restore(
                RunnerFixture.at(MAJOR, database, user), mode, from.storage(), from.path()))
        .choice(choice)
        .build();
  }

  private static RunnerFixture.Run create(String database, DumpFormat format, RestoreChoice choice)
      throws Exception {
    return fixture.run(
        task(database, "shop", RestoreMode.CREATE_NEW, backups.get(format), choice), PASSWORD);
  }

  private static RunnerFixture.Run fill(String database, DumpFormat format, RestoreChoice choice)
      throws Exception {
    return fixture.run(
        task(database, "shop", RestoreMode.INTO_EMPTY, backups.get(format), choice), PASSWORD);
  }

  private static RestoreChoice include(RestoreNames names, boolean dependencies) {
    return RestoreChoiceBuilder.builder().include(names).includeDependencies(dependencies).build();
  }

  private static RestoreNames tables(String... patterns) {
    return RestoreNamesBuilder.builder().tables(List.of(patterns)).build();
  }

  private static RestoreChoice sections(DumpSection... sections) {
    return RestoreChoiceBuilder.builder().sections(List.of(sections)).build();
  }

  private static RestoreChoice content(DumpContent content) {
    return RestoreChoiceBuilder.builder().content(content).build();
  }

  private static RestoreChoice options(RestoreOptionsBuilder options) {
    return RestoreChoiceBuilder.builder().options(options.build()).build();
  }

  private static List<String> strings(Connection session, String query) throws SQLException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  /** For each table, how many rows it has and their hash. */
  private static Map<String, String> rows(Connection session) throws SQLException {
    var found = new TreeMap<String, String>();
    for (var table :
        strings(
            session,
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")) {
      found.put(table, SampleDatabase.rowsOf(session, table));
    }
    return found;
  }

  private static Map<String, String> rows(String database) throws Exception {
    try (var session = admin(database)) {
      return rows(session);
    }
  }

  private static Connection admin(String database) throws Exception {
    return fixture.session(MAJOR, database, "postgres", RunnerFixture.ADMIN_PASSWORD);
  }

  private static List<String> strings(String database, String query) throws Exception {
    try (var session = admin(database)) {
      return strings(session, query);
    }
  }

  private static Map<String, String> originalOf(String... tables) {
    var some = new TreeMap<>(original);
    some.keySet().retainAll(List.of(tables));
    assertThat(some).hasSize(tables.length);
    return some;
  }

  private static boolean exists(String database) throws Exception {
    try (var session = admin("postgres")) {
      return ServerFacts.databaseExists(session, database);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY", "TAR"})
  void oneTableOutOfMany(DumpFormat format) throws Exception {
    var name = newName();

    var run = create(name, format, include(tables("sales.orders"), true)).succeeded();

    assertThat(rows(name)).isEqualTo(originalOf("sales.orders"));
    assertThat(run.log())
        .contains(
            "\"check\":\"selection\",\"result\":\"Warning\"", "orders_customer_fkey is left out")
        .contains("\"check\":\"selection\",\"result\":\"Passed\"");
    assertThat(
            strings(
                name,
                "SELECT indexname FROM pg_indexes WHERE schemaname = 'sales' UNION ALL"
                    + " SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL"
                    + " SELECT obj_description('sales.orders'::regclass)"))
        .containsExactlyInAnyOrder(
            "orders_pkey", "orders_note", "orders_code", "touch", "the orders");
    assertThat(strings(name, "SELECT has_table_privilege('reader', 'sales.orders', 'SELECT')"))
        .containsExactly("t");
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void oneSchema(DumpFormat format) throws Exception {
    var name = newName();
    var names = RestoreNamesBuilder.builder().schemas(List.of("sales")).build();

    create(name, format, include(names, false)).succeeded();

    assertThat(rows(name)).isEqualTo(originalOf("sales.orders", "sales.customers", "sales.basket"));
    assertThat(strings(name, "SELECT conname FROM pg_constraint WHERE contype = 'f'")).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void everythingButSomeTables(DumpFormat format) throws Exception {
    var name = newName();

    create(
            name,
            format,
            RestoreChoiceBuilder.builder().exclude(tables("many_*", "sales.basket")).build())
        .succeeded();

    assertThat(rows(name))
        .isEqualTo(originalOf("sales.orders", "sales.customers", "audit.log", "public.attributes"));
    assertThat(strings(name, "SELECT count(*) FROM pg_largeobject_metadata")).containsExactly("1");
  }

  @Test
  void definitionsFirstAndThenTheData() throws Exception {
    var name = newName();
    create(name, DumpFormat.CUSTOM, content(DumpContent.SCHEMA_ONLY)).succeeded();
    assertThat(rows(name))
        .hasSameSizeAs(original)
        .allSatisfy((table, rows) -> assertThat(rows).isEqualTo("0 "));

    // as somebody else than the superuser, the keys between tables are in the way
    var hindered = fill(name, DumpFormat.CUSTOM, content(DumpContent.DATA_ONLY));
    assertThat(hindered.failed(Reason.RESTORE_FAILED).result().message()).contains("basket");
    fixture.sql(
        MAJOR,
        name,
        "TRUNCATE " + String.join(", ", original.keySet()),
        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");

    var choice =
        RestoreChoiceBuilder.builder()
            .content(DumpContent.DATA_ONLY)
            .options(RestoreOptionsBuilder.builder().disableTriggers(true).build())
            .build();
    var task =
        task(name, "postgres", RestoreMode.INTO_EMPTY, backups.get(DumpFormat.CUSTOM), choice);
    fixture.run(task, RunnerFixture.ADMIN_PASSWORD).succeeded();
    assertThat(rows(name)).isEqualTo(original);

    asReplica(name);

    var again = fixture.run(task, RunnerFixture.ADMIN_PASSWORD).failed(Reason.DATABASE_NOT_EMPTY);
    assertThat(again.result().message()).contains("holds rows", "empty it, or exclude it");
    assertThat(again.log()).contains("holds large objects");
    assertThat(rows(name)).isEqualTo(original);
  }

  /** Without a superuser, by one job and by several. */
  private void asReplica(String name) throws Exception {
    var options =
        RestoreOptionsBuilder.builder()
            .sessionReplicationRole(SessionReplicationRole.REPLICA)
            .build();
    var choice =
        RestoreChoiceBuilder.builder().content(DumpContent.DATA_ONLY).options(options).build();
    var several = RestoreChoiceBuilder.builder(choice).jobs(3).build();
    var empty =
        "TRUNCATE %s; SELECT lo_unlink(oid) FROM pg_largeobject_metadata"
            .formatted(String.join(", ", original.keySet()));
    var grant = "GRANT SET ON PARAMETER session_replication_role TO \"shop\"";
    fixture.sql(MAJOR, name, empty);
    var refused = fill(name, DumpFormat.CUSTOM, choice).failed(Reason.PERMISSION_DENIED);
    assertThat(refused.result().message()).contains(grant);
    fixture.sql(MAJOR, "postgres", grant);
    try {
      for (var way : List.of(choice, several)) {
        fixture.sql(MAJOR, name, empty);
        var run = fill(name, DumpFormat.CUSTOM, way).succeeded();
        assertThat(rows(name)).isEqualTo(original);
        assertThat(run.log()).contains("foreign keys that exist already are not checked");
      }
      create(newName(), DumpFormat.PLAIN, RestoreChoiceBuilder.builder().options(options).build())
          .succeeded();
    } finally {
      fixture.sql(MAJOR, "postgres", grant.replace("GRANT", "REVOKE").replace(" TO ", " FROM "));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void sectionBySection(DumpFormat format) throws Exception {
    var name = newName();

    create(name, format, sections(DumpSection.PRE_DATA)).succeeded();
    fill(name, format, sections(DumpSection.DATA)).succeeded();
    assertThat(rows(name)).isEqualTo(original);
    assertThat(strings(name, "SELECT 1 FROM pg_trigger WHERE tgname = 'touch'")).isEmpty();
    fill(name, format, sections(DumpSection.POST_DATA)).succeeded();

    assertThat(strings(name, "SELECT conname FROM pg_constraint WHERE contype = 'f'")).hasSize(2);
    assertThat(strings(name, "SELECT 1 FROM pg_trigger WHERE tgname = 'touch'")).hasSize(1);
  }

  @Test
  void whatIsNeededMayBeThereAlready() throws Exception {
    var name = newName();
    create(name, DumpFormat.CUSTOM, sections(DumpSection.PRE_DATA)).succeeded();
    fixture.sql(MAJOR, name, "ALTER FUNCTION sales.code(sales.state, int) RENAME TO gone");
    var choice =
        RestoreChoiceBuilder.builder()
            .sections(List.of(DumpSection.POST_DATA))
            .include(
                RestoreNamesBuilder.builder()
                    .indexes(List.of("orders_code"))
                    .triggers(List.of("touch"))
                    .build())
            .build();

    var run = fill(name, DumpFormat.CUSTOM, choice).failed(Reason.INVALID_OPTIONS);
    assertThat(run.log())
        .containsOnlyOnce("\"result\":\"Failed\"")
        .contains("FUNCTION sales.code(sales.state, integer) is needed by INDEX sales.orders_code")
        .contains("create it first");

    fixture.sql(MAJOR, name, "ALTER FUNCTION sales.gone(sales.state, int) RENAME TO code");
    fill(name, DumpFormat.CUSTOM, choice).succeeded();
    assertThat(
            strings(
                name,
                "SELECT indexname FROM pg_indexes WHERE schemaname = 'sales' UNION ALL"
                    + " SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        .containsExactlyInAnyOrder("orders_code", "touch");
  }

  /** Up to 16, one file lists all large objects of a directory. */
  @Test
  void aPartOfADirectoryOfAnOlderServer() throws Exception {
    fixture.server(OLD);
    fixture.sql(
        OLD,
        "postgres",
        "CREATE TABLE kept AS SELECT md5(g::text) AS t FROM generate_series(1, 5000) g",
        "CREATE TABLE left_out AS SELECT 1 AS i",
        "SELECT lo_from_bytea(4711, '\\x00ff10')");
    var backup =
        RunnerFixture.backup(
            RunnerFixture.at(OLD, "postgres", "postgres"),
            DumpFormat.DIRECTORY,
            null,
            RunnerFixture.volumeStorage());
    fixture.run(backup, RunnerFixture.ADMIN_PASSWORD).succeeded();
    var options = RestoreOptionsBuilder.builder().noOwner(true).noPrivileges(true).build();
    var choice = RestoreChoiceBuilder.builder().options(options);

    var one = newName();
    var included = choice.include(tables("kept")).build();
    fixture.run(task(one, "shop", RestoreMode.CREATE_NEW, backup, included), PASSWORD).succeeded();
    assertThat(rows(one)).containsOnlyKeys("public.kept");
    assertThat(strings(one, "SELECT count(*) FROM kept")).containsExactly("5000");
    assertThat(strings(one, "SELECT oid FROM pg_largeobject_metadata")).isEmpty();

    var rest = newName();
    var excluded = choice.include(null).exclude(tables("kept")).build();
    fixture.run(task(rest, "shop", RestoreMode.CREATE_NEW, backup, excluded), PASSWORD).succeeded();
    assertThat(rows(rest)).containsOnlyKeys("public.left_out");
    assertThat(strings(rest, "SELECT lo_get(4711)::text")).containsExactly("\\x00ff10");
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void whatOnlyASuperuserMayRestoreIsLeftOutOrRefused(DumpFormat format) throws Exception {
    // Given
    var source = newName();
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE " + source);
    fixture.sql(
        MAJOR,
        source,
        "CREATE EXTENSION hstore",
        "CREATE TABLE kept AS SELECT g AS i, hstore('a', g::text) AS h FROM generate_series(1, 10) g",
        "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch()",
        "COMMENT ON EVENT TRIGGER watch IS 'watches'",
        "CREATE PUBLICATION everything FOR ALL TABLES",
        "CREATE PUBLICATION few FOR TABLE kept");
    var backup = dump(source, format);
    var target = newName();
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE %s OWNER shop".formatted(target));
    fixture.sql(MAJOR, target, "CREATE EXTENSION hstore");
    var options = RestoreOptionsBuilder.builder().noOwner(true).noPrivileges(true).build();
    var choice = RestoreChoiceBuilder.builder().options(options);

    // When it may lack nothing
    var strict = choice.strict(true).build();
    var refused =
        fixture
            .run(task(target, "shop", RestoreMode.INTO_EMPTY, backup, strict), PASSWORD)
            .failed(Reason.PERMISSION_DENIED);

    // Then nothing is written
    assertThat(refused.log()).contains("event trigger watch is left out", "(strict)");
    assertThat(rows(target)).isEmpty();

    // When it may
    var run =
        fixture
            .run(
                task(target, "shop", RestoreMode.INTO_EMPTY, backup, choice.strict(false).build()),
                PASSWORD)
            .succeeded();

    // Then the rest is there
    assertThat(run.log())
        .contains("the comment on EXTENSION hstore is left out")
        .contains("publication everything is left out: role shop is no superuser");
    assertThat(rows(target)).isEqualTo(rows(source));
    assertThat(strings(target, "SELECT pubname FROM pg_publication")).containsExactly("few");
    assertThat(strings(target, "SELECT evtname FROM pg_event_trigger")).isEmpty();
  }

  @Test
  void dataNeedsItsTables() throws Exception {
    var name = newName();
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE " + name + " OWNER shop");
    fixture.sql(
        MAJOR,
        name,
        "CREATE TABLE many_1 (i int)",
        "ALTER TABLE many_1 OWNER TO shop",
        "CREATE TABLE \"what else?\" AS SELECT 1 AS i");
    var there = rows(name);
    var choice = RestoreChoiceBuilder.builder().content(DumpContent.DATA_ONLY);

    var run =
        fill(name, DumpFormat.CUSTOM, choice.include(tables("many_1", "many_2")).build())
            .failed(Reason.INVALID_OPTIONS);
    assertThat(run.result().message()).contains("has no table public.many_2: create it first");

    fill(name, DumpFormat.CUSTOM, choice.include(tables("many_1")).build()).succeeded();
    there.putAll(originalOf("public.many_1"));
    assertThat(rows(name)).isEqualTo(there);
  }

  @Test
  void saysWhatIsNeededAndHowToGetIt() throws Exception {
    var name = newName();

    var run =
        create(name, DumpFormat.CUSTOM, include(tables("sales.orders"), false))
            .failed(Reason.INVALID_OPTIONS);

    assertThat(run.result().message()).contains("SCHEMA sales is needed by");
    assertThat(run.log())
        .contains("TYPE sales.state is needed by", "set includeDependencies: true, or include it")
        .doesNotContain("\"progress\"");
    assertThat(exists(name)).isFalse();
  }

  @Test
  void refusesPatternsThatFitNothingOrAreNone() throws Exception {
    var name = newName();

    var run =
        create(name, DumpFormat.CUSTOM, include(tables("sales.order", "sales.(", "many_1"), true))
            .failed(Reason.INVALID_OPTIONS);

    assertThat(run.log())
        .contains("include.tables: sales.order matches nothing in the archive; correct the pattern")
        .contains("include.tables: sales.( cannot be used: ");
    assertThat(exists(name)).isFalse();
  }

  @Test
  void refusesAChoiceOfNothing() throws Exception {
    var names = RestoreNamesBuilder.builder().functions(List.of("sales.touch()")).build();
    var choice =
        RestoreChoiceBuilder.builder().include(names).sections(List.of(DumpSection.DATA)).build();
    var name = newName();
    fixture.sql(MAJOR, "postgres", "CREATE DATABASE " + name + " OWNER shop");

    var run = fill(name, DumpFormat.CUSTOM, choice).failed(Reason.INVALID_OPTIONS);

    assertThat(run.result().message()).contains("is left to restore");
  }

  @Test
  void leavesOutAnExtensionThatTheTargetHas() throws Exception {
    var choice = options(RestoreOptionsBuilder.builder().skipExtensions(List.of("hstore", "no")));
    var name = newName();
    var run = create(name, DumpFormat.CUSTOM, choice).failed(Reason.INVALID_OPTIONS);
    assertThat(run.result().message())
        .contains("EXTENSION hstore is needed by TABLE public.attributes", "exclude what needs it");
    assertThat(run.log()).contains("extension no is not in the archive");

    fixture.sql(MAJOR, "postgres", "CREATE DATABASE " + name + " OWNER shop");
    fixture.sql(MAJOR, name, "CREATE EXTENSION hstore");
    fill(name, DumpFormat.CUSTOM, choice).succeeded();
    assertThat(rows(name)).isEqualTo(original);
    assertThat(
            strings(
                name, "SELECT extowner::regrole::text FROM pg_extension WHERE extname = 'hstore'"))
        .containsExactly("postgres");
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void ownersAndRightsStayOut(DumpFormat format) throws Exception {
    var name = newName();
    var everything =
        task(name, "guest", RestoreMode.CREATE_NEW, backups.get(format), RestoreChoice.EVERYTHING);
    fixture.run(everything, PASSWORD).failed(Reason.RESTORE_FAILED);
    fixture.sql(MAJOR, "postgres", "DROP DATABASE " + name);

    var choice =
        options(
            RestoreOptionsBuilder.builder()
                .noOwner(true)
                .noPrivileges(true)
                .noComments(true)
                .noPublications(true)
                .noSubscriptions(true)
                .noSecurityLabels(true)
                .noTablespaces(true)
                .noTableAccessMethod(true)
                .enableRowSecurity(true)
                .exitOnError(true)
                .singleTransaction(true));
    fixture
        .run(task(name, "guest", RestoreMode.CREATE_NEW, backups.get(format), choice), PASSWORD)
        .succeeded();

    assertThat(rows(name)).isEqualTo(original);
    assertThat(
            strings(
                name,
                "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('sales', 'public')"
                    + " UNION SELECT pg_get_userbyid(datdba) FROM pg_database"
                    + " WHERE datname = current_database()"))
        .containsExactly("guest");
    assertThat(
            strings(
                name,
                "SELECT 'comment' FROM obj_description('sales.orders'::regclass) d WHERE d IS NOT NULL"
                    + " UNION ALL SELECT 'right' WHERE has_table_privilege('reader', 'sales.orders', 'SELECT')"
                    + " UNION ALL SELECT 'publication' FROM pg_publication"))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void anotherRoleRestores(DumpFormat format) throws Exception {
    var name = newName();
    var choice = options(RestoreOptionsBuilder.builder().noOwner(true).role("owners"));

    create(name, format, choice).succeeded();

    assertThat(rows(name)).isEqualTo(original);
    assertThat(
            strings(
                name,
                "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('sales', 'public')"
                    + " UNION SELECT pg_get_userbyid(datdba) FROM pg_database"
                    + " WHERE datname = current_database()"))
        .containsExactly("owners");

    var other = options(RestoreOptionsBuilder.builder().role("reader"));
    var run = create(newName(), format, other).failed(Reason.PERMISSION_DENIED);
    assertThat(run.result().message()).contains("role shop cannot become options.role reader");
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  void anErrorInASingleTransactionLeavesNothing(DumpFormat format) throws Exception {
    var name = newName();
    var choice = options(RestoreOptionsBuilder.builder().singleTransaction(true));

    fixture
        .run(task(name, "guest", RestoreMode.CREATE_NEW, backups.get(format), choice), PASSWORD)
        .failed(Reason.RESTORE_FAILED);

    assertThat(exists(name)).isTrue();
    assertThat(rows(name)).isEmpty();
  }

  @Test
  void aPlainBackupIsRestoredAsItIs() throws Exception {
    var name = newName();
    var choice =
        RestoreChoiceBuilder.builder()
            .include(tables("many_1"))
            .content(DumpContent.SCHEMA_ONLY)
            .options(RestoreOptionsBuilder.builder().noOwner(true).build())
            .build();

    var run = create(name, DumpFormat.PLAIN, choice).failed(Reason.INVALID_OPTIONS);

    assertThat(run.result().message())
        .contains("format Plain", "leave out include, content, options.noOwner");
    assertThat(exists(name)).isFalse();
  }
}
