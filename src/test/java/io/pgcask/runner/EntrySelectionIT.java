package io.pgcask.runner;

import static io.pgcask.runner.restore.selection.Filters.exclude;
import static io.pgcask.runner.restore.selection.Filters.functions;
import static io.pgcask.runner.restore.selection.Filters.include;
import static io.pgcask.runner.restore.selection.Filters.indexes;
import static io.pgcask.runner.restore.selection.Filters.only;
import static io.pgcask.runner.restore.selection.Filters.schemas;
import static io.pgcask.runner.restore.selection.Filters.tables;
import static io.pgcask.runner.restore.selection.Filters.triggers;
import static io.pgcask.runner.restore.selection.Filters.withDependencies;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveLimits;
import io.pgcask.archive.ArchiveReader;
import io.pgcask.runner.restore.selection.EntryFilter;
import io.pgcask.runner.restore.selection.EntrySelector;
import io.pgcask.runner.restore.selection.Finding;
import io.pgcask.runner.restore.selection.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * pg_restore, given the selected entries, ends without an error, and then exactly what was selected
 * is there: everything that the dumped database has of it, and nothing else.
 */
@Tag("host")
class EntrySelectionIT {
  private static final String DUMP = "/tmp/%d.dump";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static ClientPrograms clients;
  private static final Map<Integer, Archive> archives = new HashMap<>();
  private static final Map<Integer, TreeSet<String>> sources = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    clients = new ClientPrograms(fixture);
    for (int server : List.of(14, 18)) {
      fixture.server(server);
      fixture.sql(server, "postgres", "CREATE ROLE reader", "CREATE DATABASE rich");
      clients.load(server, "rich", Path.of("src/test/resources/archive/rich.sql"));
      archives.put(server, dump(server, "rich"));
      sources.put(server, objects(server, "rich"));
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /** The oldest client for it, since archives differ by client. */
  private static int client(int server) {
    return clients.majors().stream().filter(major -> major >= server).findFirst().orElseThrow();
  }

  private static Archive dump(int server, String database, String... options) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                ClientPrograms.program(client(server), "pg_dump"),
                "--host=pg" + server,
                "--format=custom",
                "--file=" + DUMP.formatted(server),
                database));
    command.addAll(List.of(options));
    clients.must(command.toArray(String[]::new));
    var file = scratch.resolve("archive");
    clients.fetch(DUMP.formatted(server), file);
    try (var in = Files.newInputStream(file)) {
      return ArchiveReader.read(in, ArchiveLimits.ofHeap());
    }
  }

  private static TreeSet<String> objects(int server, String database) throws Exception {
    try (var session =
        fixture.session(server, database, "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      return DatabaseObjects.of(session);
    }
  }

  private static void create(int server, String... before) throws Exception {
    fixture.sql(
        server,
        "postgres",
        "DROP DATABASE IF EXISTS target",
        "CREATE DATABASE target TEMPLATE template0");
    fixture.sql(server, "target", before);
  }

  private static Selection restore(int server, EntryFilter filter) throws Exception {
    var selection = EntrySelector.select(archives.get(server), filter);
    var list = Files.write(scratch.resolve("list"), selection.lines());
    clients.put(list, "/tmp/list");
    var output =
        clients.must(
            ClientPrograms.program(client(server), "pg_restore"),
            "--host=pg" + server,
            "--dbname=target",
            "--exit-on-error",
            "--jobs=" + (server == 18 ? 2 : 1),
            "--use-list=/tmp/list",
            DUMP.formatted(server));
    assertThat(output).isEmpty();
    return selection;
  }

  /** Everything of the dumped database, and nothing else, in whose line the expression is found. */
  private static void assertThere(int server, String regex) throws Exception {
    var expected =
        sources.get(server).stream()
            .filter(Pattern.compile(regex).asPredicate())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(expected).isNotEmpty();
    assertThat(objects(server, "target")).containsExactlyElementsOf(expected);
  }

  private static List<String> missing(Selection selection) {
    return selection.findings().stream()
        .filter(Finding.Missing.class::isInstance)
        .map(finding -> ((Finding.Missing) finding).needed())
        .map(entry -> entry.desc() + " " + entry.tag())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void everything(int server) throws Exception {
    create(server);
    restore(server, EntryFilter.ALL);
    assertThere(server, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void oneTableIntoADatabaseThatHasWhatItNeeds(int server) throws Exception {
    create(
        server,
        "CREATE SCHEMA app",
        "CREATE DOMAIN app.positive AS int CONSTRAINT positive_check CHECK (VALUE > 0)",
        "CREATE FUNCTION app.twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i * 2'",
        "CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");

    var selection = restore(server, include(tables("app.orders")));

    assertThat(missing(selection))
        .containsExactly(
            "DOMAIN positive", "FUNCTION touch()", "FUNCTION twice(integer)", "SCHEMA app");
    var there = objects(server, "target");
    var expected =
        sources.get(server).stream()
            .filter(
                Pattern.compile("app\\.(orders|\"?orders_|big|late)|on app\\.orders").asPredicate())
            .filter(line -> !line.contains("published") && !line.contains("customer_fkey"))
            .toList();
    assertThat(there).containsAll(expected);
    there.removeAll(expected);
    assertThat(there)
        .containsExactly(
            "constraint app.positive.positive_check c",
            "function app.touch()",
            "function app.twice(integer)",
            "schema app",
            "type app.positive");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void oneTableWithItsDependencies(int server) throws Exception {
    create(server);

    var selection = restore(server, withDependencies(tables("app.orders")));

    assertThat(missing(selection)).isEmpty();
    assertThere(
        server,
        "^(?!published|.*customer_fkey).*(app\\.orders|positive|touch\\(|twice\\(integer\\)"
            + "|schema app)");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void twoTablesWithTheForeignKeyBetweenThem(int server) throws Exception {
    create(server);

    restore(server, withDependencies(tables("app.orders", "customers")));

    assertThat(objects(server, "target"))
        .contains("constraint app.orders.orders_customer_fkey f", "extension hstore")
        .contains("owned app.customers_id_seq by app.customers")
        .noneMatch(line -> line.contains("other."));
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void oneSchema(int server) throws Exception {
    create(server, "CREATE EXTENSION hstore", "CREATE SCHEMA other");

    var selection = restore(server, include(schemas("app")));

    assertThat(missing(selection)).containsExactly("EXTENSION hstore", "SCHEMA other");
    assertThere(
        server,
        "^(?!published)(?!.*(other\\.(counted|sharing|tree)|circle|public\\.(of_pair|spans))).*(app|other|hstore)");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void oneFunction(int server) throws Exception {
    create(server, "CREATE SCHEMA app", "GRANT USAGE ON SCHEMA app TO reader");

    var selection = restore(server, include(functions("twice(integer)")));

    assertThat(missing(selection)).containsExactly("SCHEMA app");
    assertThere(server, "^(function app.twice\\(integer\\)|schema app|comment function app.twice)");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void onlyAnIndexAndATrigger(int server) throws Exception {
    create(server);
    restore(
        server,
        new EntryFilter(
            tables("app.orders"), indexes("orders_n"), Set.of(), DumpContent.ALL, true));
    fixture.sql(server, "target", "DROP TRIGGER touch ON app.orders");
    var before = objects(server, "target");

    restore(server, include(indexes("app.orders_n")));
    restore(server, include(triggers("touch")));

    var after = objects(server, "target");
    assertThat(after).containsAll(before);
    after.removeAll(before);
    assertThat(after)
        .containsExactly(
            "comment index app.orders_n",
            "comment trigger touch on app.orders",
            "relation app.orders_n i",
            "trigger app.orders.touch O");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void aPartitionedTableAndAPartitionOfIt(int server) throws Exception {
    create(server);
    restore(server, withDependencies(tables("app.part")));
    assertThere(
        server, "^(?!.*(orders|news)).*(part|touch\\(|schema (app|other)|comment schema app)");

    create(server);
    var selection = restore(server, withDependencies(tables("app.part1")));
    assertThat(selection.findings()).singleElement().isInstanceOf(Finding.PartitionAlone.class);
    assertThere(server, "^(?!child|trigger).*(app\\.\"?part1|schema app)");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void definitionsFirstAndThenTheData(int server) throws Exception {
    create(server);
    restore(server, only(DumpContent.SCHEMA_ONLY));
    assertThat(objects(server, "target")).noneMatch(line -> line.matches("rows .* [1-9].*"));
    // without what would keep rows from coming in this order
    fixture.sql(
        server,
        "target",
        "ALTER TABLE app.orders DROP CONSTRAINT orders_customer_fkey",
        "ALTER TABLE other.tree DROP CONSTRAINT tree_customer_fkey",
        "ALTER TABLE a DROP CONSTRAINT \"b d\"");

    restore(server, only(DumpContent.DATA_ONLY));

    assertThere(server, "^(?!.*(orders_customer_fkey|tree_customer_fkey|b d))");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void aTableOfArchivesThatHoldAPart(int server) throws Exception {
    create(server);
    restore(server, only(DumpContent.SCHEMA_ONLY));
    fixture.sql(server, "target", "DROP INDEX app.orders_n");
    try {
      archives.put(server, dump(server, "rich", "--data-only"));
      var data = restore(server, include(tables("app.customers", "customers_id_seq")));
      assertThat(data.dumpIds()).hasSize(3 + 2);
      assertThat(data.findings()).isEmpty();

      archives.put(server, dump(server, "rich", "--section=post-data"));
      var index = restore(server, include(indexes("orders_n")));
      assertThat(index.dumpIds()).hasSize(3 + 2);
      var table = EntrySelector.select(archives.get(server), include(tables("tree")));
      assertThat(table.findings()).hasExactlyElementsOfTypes(Finding.ForeignKeyLeftOut.class);
    } finally {
      archives.put(server, dump(server, "rich"));
    }
    assertThat(objects(server, "target"))
        .contains("sequence app.customers_id_seq 2", "relation app.orders_n i")
        .anyMatch(line -> line.startsWith("rows app.customers 2 "));
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void sectionBySection(int server) throws Exception {
    create(server);
    for (var section : DumpSection.values()) {
      restore(server, only(section));
    }
    assertThere(server, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void aViewOfAViewWithEverythingUnderIt(int server) throws Exception {
    create(server);

    var selection = restore(server, withDependencies(tables("app.m", "circle_view", "counted")));

    assertThat(missing(selection)).isEmpty();
    var there = objects(server, "target");
    assertThat(there)
        .contains("relation public.circle_view v", "function public.of_circle(public.circle_view)")
        .anyMatch(line -> line.startsWith("rows app.m 1 "))
        .anyMatch(line -> line.startsWith("rows app.customers 2 "))
        .anyMatch(line -> line.startsWith("sequence app.free 2"));
    assertThat(sources.get(server)).containsAll(there);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void everythingButASchema(int server) throws Exception {
    create(server);

    restore(server, exclude(schemas("other")));

    assertThere(server, "^(?!.*other)");
  }

  /** Whatever it is: with what it needs, pg_restore must not miss anything. */
  @Test
  void everythingByItselfWithItsDependencies() throws Exception {
    create(18);
    for (var entry : archives.get(18).entries()) {
      var quoted = "\"%s\".\"%s\"".formatted(entry.namespace(), entry.tag());
      var filter =
          switch (entry.desc()) {
            case "TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE" ->
                withDependencies(tables(quoted));
            case "FUNCTION", "PROCEDURE", "AGGREGATE" ->
                withDependencies(
                    functions(
                        "\"%s\".\"%s\"%s"
                            .formatted(
                                entry.namespace(),
                                entry.tag().substring(0, entry.tag().lastIndexOf('(')),
                                entry.tag().substring(entry.tag().lastIndexOf('(')))));
            case "SCHEMA" -> withDependencies(schemas("\"" + entry.tag() + "\""));
            default -> EntryFilter.ALL;
          };
      if (!filter.equals(EntryFilter.ALL)) {
        create(18);
        assertThat(missing(restore(18, filter))).as(entry.toString()).isEmpty();
        assertThat(objects(18, "target")).as(entry.toString()).hasSizeBetween(1, 200);
      }
    }
  }

  @Test
  void oneTableOfFiveHundred() throws Exception {
    fixture.sql(18, "postgres", "CREATE DATABASE many");
    fixture.sql(
        18,
        "many",
        "DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format('CREATE TABLE t_%s (id serial PRIMARY KEY,"
            + " n int)', i); EXECUTE format('INSERT INTO t_%s (n) SELECT generate_series(1, 3)', i);"
            + " END LOOP; END $$");
    create(18);
    try {
      archives.put(18, dump(18, "many"));
      var selection = restore(18, include(tables("t_250")));

      assertThat(selection.findings()).isEmpty();
      assertThat(selection.dumpIds()).hasSize(3 + 7);
      var source = objects(18, "many");
      source.removeIf(line -> !line.contains(".t_250"));
      assertThat(objects(18, "target")).isEqualTo(source);
    } finally {
      archives.put(18, dump(18, "rich"));
    }
  }
}
