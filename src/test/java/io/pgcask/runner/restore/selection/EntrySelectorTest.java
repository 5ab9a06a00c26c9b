package io.pgcask.runner.restore.selection;

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
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.Archives;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntrySelectorTest {
  private static final List<String> SETTINGS =
      List.of("ENCODING ENCODING", "STDSTRINGS STDSTRINGS", "SEARCHPATH SEARCHPATH");

  /** What is selected but the settings, which must be there. */
  private static List<String> names(Archive archive, Selection selection) {
    var ids = Set.copyOf(selection.dumpIds());
    var all =
        archive.entries().stream()
            .filter(entry -> ids.contains(entry.dumpId()))
            .map(EntrySelectorTest::name)
            .toList();
    assertThat(all).containsAll(SETTINGS);
    return all.stream().filter(name -> !SETTINGS.contains(name)).toList();
  }

  private static String name(ArchiveEntry entry) {
    return entry.desc()
        + " "
        + (entry.namespace().isEmpty() ? "" : entry.namespace() + ".")
        + entry.tag();
  }

  private static List<String> selected(int server, EntryFilter filter) throws Exception {
    var archive = Archives.rich(server);
    return names(archive, EntrySelector.select(archive, filter));
  }

  private static List<String> messages(EntryFilter filter) throws Exception {
    return EntrySelector.select(Archives.rich(18), filter).findings().stream()
        .map(Finding::message)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void withoutAFilterTakesAllButTheDatabase(int server) throws Exception {
    var archive = Archives.rich(server);

    var selection = EntrySelector.select(archive, EntryFilter.ALL);

    assertThat(selection.findings()).isEmpty();
    assertThat(selection.dumpIds())
        .isEqualTo(
            archive.entries().stream()
                .filter(entry -> !entry.desc().equals("DATABASE"))
                .filter(entry -> !entry.tag().equals("DATABASE rich"))
                .map(ArchiveEntry::dumpId)
                .toList());
    assertThat(archive.entries()).hasSize(selection.dumpIds().size() + 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void aTableBringsWhatBelongsToIt(int server) throws Exception {
    var expected =
        Stream.of(
                "TABLE app.orders",
                "COMMENT app.TABLE orders",
                "COMMENT app.COLUMN orders.n",
                "COMMENT app.CONSTRAINT big ON orders",
                "ACL app.TABLE orders",
                "ACL app.COLUMN orders.note",
                "SEQUENCE app.orders_id_seq",
                "TABLE DATA app.orders",
                "SEQUENCE SET app.orders_id_seq",
                "INDEX app.orders_customer",
                "INDEX app.orders_n",
                "COMMENT app.INDEX orders_n",
                "CONSTRAINT app.orders orders_note_key",
                "CONSTRAINT app.orders orders_pkey",
                "COMMENT app.CONSTRAINT orders_pkey ON orders",
                "CHECK CONSTRAINT app.orders late",
                "STATISTICS app.orders_stat",
                "RULE app.orders keep",
                "TRIGGER app.orders touch",
                "COMMENT app.TRIGGER touch ON orders",
                "ROW SECURITY app.orders",
                "POLICY app.orders many",
                "COMMENT app.POLICY many ON orders")
            .toList();

    assertThat(
            selected(server, include(tables("app.orders"))).stream()
                .filter(name -> !name.startsWith("STATISTICS DATA")))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aTableBringsThePlannersStatisticsOfItselfAndItsIndexes() throws Exception {
    assertThat(selected(18, include(tables("app.orders"))))
        .filteredOn(name -> name.startsWith("STATISTICS DATA"))
        .containsExactlyInAnyOrder(
            "STATISTICS DATA app.orders",
            "STATISTICS DATA app.orders_n",
            "STATISTICS DATA app.orders_customer",
            "STATISTICS DATA app.orders_pkey",
            "STATISTICS DATA app.orders_note_key");
  }

  @Test
  void aSkippedExtensionStaysOutWhateverNeedsIt() throws Exception {
    var filter =
        new EntryFilter(
            tables("app.customers"),
            EntryNames.NONE,
            Set.of(),
            DumpContent.ALL,
            true,
            Set.of("hstore"));

    assertThat(selected(18, filter)).noneMatch(name -> name.contains("hstore"));
    assertThat(messages(filter))
        .contains("EXTENSION hstore is needed by TABLE app.customers and is not selected");
  }

  @Test
  void knowsTheTablesOfAPart() throws Exception {
    var archive = Archives.rich(18);
    var filter =
        new EntryFilter(
            EntryNames.NONE,
            tables("app.part"),
            Set.of(DumpSection.DATA, DumpSection.POST_DATA),
            DumpContent.ALL,
            false);

    var part = ArchivePart.of(archive, EntrySelector.select(archive, filter));

    assertThat(part.loadedTables())
        .contains(new QualifiedName("app", "orders"))
        .doesNotContain(new QualifiedName("app", "m"), new QualifiedName("app", "part1"));
    assertThat(part.tables())
        .containsAll(part.loadedTables())
        .contains(new QualifiedName("app", "m"));
    assertThat(part.dumpIds()).hasSize(part.size() + SETTINGS.size());
    assertThat(part.lines(false)).isEqualTo(part.lines(true)).hasSize(part.dumpIds().size());
  }

  @Test
  void tellsWhatATableNeedsAndWhichForeignKeysStayOut() throws Exception {
    assertThat(messages(include(tables("app.orders"))))
        .containsExactlyInAnyOrder(
            "SCHEMA app is needed by TABLE app.orders and 11 more and is not selected",
            "DOMAIN app.positive is needed by TABLE app.orders and is not selected",
            "FUNCTION app.twice(integer) is needed by TABLE app.orders and 1 more and is not selected",
            "FUNCTION app.touch() is needed by TRIGGER app.orders touch and is not selected",
            "FK CONSTRAINT app.orders orders_customer_fkey is left out, since it refers to what is"
                + " not selected: TABLE app.customers, CONSTRAINT app.customers customers_pkey");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void withDependenciesNothingIsMissing(int server) throws Exception {
    var archive = Archives.rich(server);

    var selection = EntrySelector.select(archive, withDependencies(tables("app.orders")));

    assertThat(names(archive, selection))
        .contains(
            "SCHEMA app",
            "COMMENT SCHEMA app",
            "ACL SCHEMA app",
            "DOMAIN app.positive",
            "FUNCTION app.twice(integer)",
            "ACL app.FUNCTION twice(i integer)",
            "FUNCTION app.touch()")
        .doesNotContain(
            "TABLE app.customers",
            "FK CONSTRAINT app.orders orders_customer_fkey",
            "FUNCTION app.twice(integer, text)");
    assertThat(selection.findings()).singleElement().isInstanceOf(Finding.ForeignKeyLeftOut.class);
  }

  @Test
  void aForeignKeyComesWithBothTables() throws Exception {
    assertThat(selected(18, include(tables("app.orders", "app.customers"))))
        .contains("FK CONSTRAINT app.orders orders_customer_fkey")
        .doesNotContain("FK CONSTRAINT other.tree tree_customer_fkey");
    assertThat(selected(18, include(tables("tree"))))
        .contains("FK CONSTRAINT other.tree tree_up_fkey");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void aSerialColumnComesWithItsSequence(int server) throws Exception {
    assertThat(selected(server, include(tables("customers"))))
        .contains(
            "TABLE app.customers",
            "SEQUENCE app.customers_id_seq",
            "SEQUENCE OWNED BY app.customers_id_seq",
            "DEFAULT app.customers id",
            "SEQUENCE SET app.customers_id_seq");
  }

  @Test
  void aSequenceAloneIsNobodysSequence() throws Exception {
    var filter = include(tables("app.customers_id_seq"));

    assertThat(selected(18, filter))
        .containsExactly("SEQUENCE app.customers_id_seq", "SEQUENCE SET app.customers_id_seq");
    assertThat(messages(filter))
        .containsExactly(
            "SCHEMA app is needed by SEQUENCE app.customers_id_seq and is not selected");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void aSequenceOfAnotherTableIsNeededWithoutThatTable(int server) throws Exception {
    assertThat(selected(server, withDependencies(tables("sharing"))))
        .contains("SEQUENCE app.customers_id_seq", "SEQUENCE SET app.customers_id_seq")
        .doesNotContain("TABLE app.customers", "SEQUENCE OWNED BY app.customers_id_seq");
    assertThat(messages(include(tables("sharing"))))
        .containsExactlyInAnyOrder(
            "SCHEMA other is needed by TABLE other.sharing and is not selected",
            "SEQUENCE app.customers_id_seq is needed by TABLE other.sharing and is not selected");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void aPartitionedTableComesWithItsPartitions(int server) throws Exception {
    assertThat(selected(server, include(tables("app.part"))))
        .contains(
            "TABLE app.part",
            "TABLE app.part1",
            "TABLE app.part2",
            "TABLE other.part2a",
            "TABLE ATTACH app.part1",
            "TABLE ATTACH app.part2",
            "TABLE ATTACH other.part2a",
            "TABLE DATA app.part1",
            "TABLE DATA other.part2a",
            "INDEX app.part_v",
            "INDEX app.part1_v_idx",
            "CONSTRAINT other.part2a part2a_pkey",
            "INDEX ATTACH app.part1_pkey",
            "INDEX ATTACH app.part1_v_idx",
            "INDEX ATTACH other.part2a_v_idx",
            "TRIGGER app.part part_touch");
  }

  @Test
  void aPartitionAloneBecomesATable() throws Exception {
    var filter = include(tables("app.part1"));

    assertThat(selected(18, filter))
        .contains("TABLE app.part1", "CONSTRAINT app.part1 part1_pkey", "INDEX app.part1_v_idx")
        .doesNotContain("TABLE app.part", "TABLE ATTACH app.part1", "INDEX ATTACH app.part1_pkey");
    assertThat(messages(filter))
        .contains(
            "TABLE app.part1 becomes a table of its own, since TABLE app.part is not selected")
        .noneMatch(message -> message.startsWith("TABLE app.part is needed"));
    assertThat(selected(18, withDependencies(tables("app.part1"))))
        .doesNotContain("TABLE app.part");
  }

  @Test
  void aTableThatInheritsNeedsItsParent() throws Exception {
    assertThat(messages(include(tables("app.child"))))
        .contains("TABLE app.parent is needed by TABLE app.child and is not selected");
    assertThat(selected(18, include(tables("app.parent")))).doesNotContain("TABLE app.child");
  }

  @Test
  void aSchemaComesWithEverythingInItAndItself() throws Exception {
    var names = selected(18, include(schemas("app")));

    assertThat(names)
        .contains(
            "SCHEMA app",
            "COMMENT SCHEMA app",
            "ACL SCHEMA app",
            "DEFAULT ACL app.DEFAULT PRIVILEGES FOR TABLES",
            "FUNCTION app.odd(name(integer)",
            "AGGREGATE app.total(integer)",
            "SEQUENCE app.free",
            "MATERIALIZED VIEW DATA app.m",
            "TABLE other.part2a")
        .doesNotContain("SCHEMA other", "EXTENSION hstore", "PUBLICATION TABLE app.news orders");
    assertThat(messages(include(schemas("app"))))
        .containsExactlyInAnyOrder(
            "EXTENSION hstore is needed by TABLE app.customers and is not selected",
            "SCHEMA other is needed by TABLE other.part2a and 2 more and is not selected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"twice(integer)", "app.twice( integer )", "app.\"twice\"(integer)"})
  void aFunctionIsNamedWithItsArguments(String pattern) throws Exception {
    assertThat(selected(18, include(functions(pattern))))
        .containsExactly(
            "FUNCTION app.twice(integer)",
            "COMMENT app.FUNCTION twice(i integer)",
            "ACL app.FUNCTION twice(i integer)");
  }

  @Test
  void aFunctionIsNamedWithoutItsArguments() throws Exception {
    assertThat(selected(18, include(functions("twice"))))
        .contains("FUNCTION app.twice(integer)", "FUNCTION app.twice(integer, text)");
    assertThat(selected(18, include(functions("\"odd(name\""))))
        .containsExactly("FUNCTION app.odd(name(integer)");
    assertThat(selected(18, include(functions("\"odd(name\"(integer)", "proc", "total(integer)"))))
        .hasSize(3);
    assertThat(messages(include(functions("twice(text)"))))
        .containsExactly("include.functions: twice(text) matches nothing in the archive");
  }

  @Test
  void anIndexComesAlone() throws Exception {
    assertThat(selected(18, include(indexes("orders_n"))))
        .containsExactly(
            "INDEX app.orders_n", "COMMENT app.INDEX orders_n", "STATISTICS DATA app.orders_n");
    assertThat(selected(18, include(indexes("orders_pkey"))))
        .contains("CONSTRAINT app.orders orders_pkey");
    assertThat(messages(include(indexes("orders_n"))))
        .contains("TABLE app.orders is needed by INDEX app.orders_n and is not selected");
  }

  @Test
  void aTriggerComesAlone() throws Exception {
    assertThat(selected(18, include(triggers("app.touch"))))
        .containsExactly("TRIGGER app.orders touch", "COMMENT app.TRIGGER touch ON orders");
  }

  @Test
  void namesThatLookTheSameInAListAreToldApart() throws Exception {
    assertThat(selected(18, include(tables("a"))))
        .contains("TABLE public.a", "CONSTRAINT public.a b c")
        .filteredOn(name -> name.startsWith("CONSTRAINT"))
        .hasSize(1);
    var archive = Archives.rich(18);
    var one = EntrySelector.select(archive, include(tables("a"))).dumpIds();
    var other = EntrySelector.select(archive, include(tables("\"a b\""))).dumpIds();
    var both = new ArrayList<>(one);
    both.retainAll(other);
    assertThat(both).hasSize(SETTINGS.size());
    assertThat(selected(18, include(tables("a", "\"a b\""))))
        .contains("FK CONSTRAINT public.a b d");
  }

  @Test
  void aViewInACircleComesWhole() throws Exception {
    assertThat(selected(18, withDependencies(tables("circle_view"))))
        .contains(
            "VIEW public.circle_view",
            "RULE public.circle_view _RETURN",
            "FUNCTION public.of_circle(public.circle_view)",
            "TABLE public.circle",
            "CONSTRAINT public.circle circle_pkey");
  }

  @Test
  void aDependencyComesWithItsData() throws Exception {
    assertThat(selected(18, withDependencies(tables("app.m"))))
        .contains("VIEW app.v", "TABLE DATA app.orders", "TABLE app.customers", "EXTENSION hstore");
    assertThat(messages(withDependencies(tables("other.counted")))).isEmpty();
    assertThat(selected(18, withDependencies(tables("other.counted"))))
        .contains("SEQUENCE app.free", "TYPE app.pair", "TYPE app.colour", "TABLE app.customers");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void anExclusionConstraintNeedsWhatItsDefinitionNames(int server) throws Exception {
    assertThat(selected(server, withDependencies(tables("once"))))
        .contains(
            "FUNCTION app.twice(integer)",
            "OPERATOR CLASS app.odd_ops",
            "OPERATOR app.=#",
            "FUNCTION app.cmp(integer, integer)");
    assertThat(selected(server, withDependencies(tables("booked"))))
        .contains("EXTENSION btree_gist");
    assertThat(selected(server, withDependencies(tables("booked_freely"))))
        .doesNotContain("EXTENSION btree_gist");
  }

  @Test
  void aPartitionsTriggerThatIsOffComesWithTheParents() throws Exception {
    assertThat(selected(18, include(tables("part"))))
        .contains("TRIGGER app.part part_touch", "TRIGGER app.part1 part_touch");
    assertThat(selected(18, include(tables("part1"))))
        .contains("TABLE app.part1")
        .doesNotContain("TRIGGER app.part1 part_touch");
  }

  @Test
  void whatIsExcludedStaysOutAndWhoNeedsItIsTold() throws Exception {
    var filter = exclude(tables("app.customers"));

    assertThat(selected(18, filter))
        .contains("TABLE app.orders", "SCHEMA other", "PUBLICATION TABLE app.news orders")
        .doesNotContain(
            "TABLE app.customers",
            "TABLE DATA app.customers",
            "SEQUENCE app.customers_id_seq",
            "FK CONSTRAINT app.orders orders_customer_fkey");
    assertThat(messages(filter))
        .contains("TABLE app.customers is needed by VIEW app.v and 1 more and is not selected")
        .contains(
            "SEQUENCE app.customers_id_seq is needed by TABLE other.sharing and is not selected")
        .hasSize(4);
    assertThat(selected(18, exclude(tables("app.orders"))))
        .contains("PUBLICATION news")
        .doesNotContain("PUBLICATION TABLE app.news orders");
  }

  @Test
  void excludeWinsOverIncludeAndOverDependencies() throws Exception {
    var filter =
        new EntryFilter(
            schemas("app"), tables("app.part*", "customers"), Set.of(), DumpContent.ALL, true);

    assertThat(selected(18, filter))
        .contains("TABLE app.orders")
        .doesNotContain("TABLE app.part", "TABLE other.part2a", "TABLE app.customers");
    assertThat(messages(filter))
        .contains("TABLE app.customers is needed by VIEW app.v and is not selected");
  }

  @Test
  void anExcludedSchemaTakesItselfAlong() throws Exception {
    assertThat(selected(18, exclude(schemas("app"))))
        .contains("SCHEMA other", "TABLE public.circle")
        .noneMatch(name -> name.contains(" app") || name.contains("SCHEMA app"));
    assertThat(messages(exclude(schemas("app"))))
        .contains(
            "TYPE app.pair is needed by TABLE other.counted and 1 more and is not selected",
            "OPERATOR CLASS app.odd_ops is needed by INDEX public.circle_odd and 1 more and is not selected");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void theSectionsTogetherAreTheWhole(int server) throws Exception {
    var all = new ArrayList<String>();
    for (var section : DumpSection.values()) {
      all.addAll(selected(server, only(section)));
    }

    assertThat(all).isEqualTo(selected(server, EntryFilter.ALL));
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 18})
  void definitionsAndDataTogetherAreTheWhole(int server) throws Exception {
    var data = selected(server, only(DumpContent.DATA_ONLY));
    var both = new ArrayList<>(selected(server, only(DumpContent.SCHEMA_ONLY)));
    both.addAll(data);

    assertThat(both)
        .containsExactlyInAnyOrderElementsOf(
            selected(server, EntryFilter.ALL).stream()
                .filter(name -> !name.startsWith("STATISTICS DATA"))
                .toList());
    assertThat(data)
        .contains(
            "TABLE DATA app.orders",
            "SEQUENCE SET app.free",
            "MATERIALIZED VIEW DATA app.m",
            "COMMENT LARGE OBJECT 4242")
        .doesNotContain("TABLE app.orders");
  }

  @Test
  void nothingIsSaidOfWhatTheSectionLeavesOut() throws Exception {
    assertThat(
            messages(
                new EntryFilter(
                    tables("app.orders"),
                    EntryNames.NONE,
                    Set.of(DumpSection.DATA),
                    DumpContent.ALL,
                    false)))
        .isEmpty();
  }

  @Test
  void patternsThatMatchNothingOrAreNoneAreTold() throws Exception {
    assertThat(
            messages(
                new EntryFilter(
                    tables("app.*", "App.\"X\"", "(a"),
                    triggers("nothing"),
                    Set.of(),
                    DumpContent.ALL,
                    true)))
        .contains(
            "include.tables: App.\"X\" matches nothing in the archive",
            "include.tables: (a cannot be used: it is no regular expression: parentheses are not"
                + " balanced",
            "exclude.triggers: nothing matches nothing in the archive");
  }

  @Test
  void whatIsNamedIsSelectedByItsNumberAlone() throws Exception {
    var selection = EntrySelector.select(Archives.rich(18), include(functions("proc")));

    assertThat(selection.lines()).hasSize(4).allMatch(line -> line.matches("[0-9]+;"));
  }
}
