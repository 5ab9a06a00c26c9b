package io.pgcask.runner.restore.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.Archives;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EntrySelectorPropertyTest {
  private static final Archive RICH = rich();
  private static final List<String> PATTERNS =
      List.of(
          "app",
          "other",
          "public",
          "*",
          "app.*",
          "*r*",
          "part*",
          "orders",
          "app.orders",
          "touch",
          "twice",
          "twice(integer)",
          "*_n",
          "*key",
          "customers*",
          "m",
          "\"a b\"",
          "(a",
          "none");

  private static Archive rich() {
    try {
      return Archives.rich(18);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Provide
  Arbitrary<EntryNames> names() {
    var patterns = Arbitraries.of(PATTERNS).list().ofMaxSize(2);
    return Combinators.combine(patterns, patterns, patterns, patterns, patterns)
        .as(EntryNames::new);
  }

  @Provide
  Arbitrary<EntryNames> fewNames() {
    return names().filter(names -> names.schemas().isEmpty() && names.tables().size() < 2);
  }

  private static void assertSound(Archive archive, Selection selection) {
    var order = archive.entries().stream().map(ArchiveEntry::dumpId).toList();
    var ids = Set.copyOf(selection.dumpIds());
    assertThat(selection.dumpIds()).isEqualTo(order.stream().filter(ids::contains).toList());
    assertThat(archive.entries())
        .filteredOn(EntryFacts::isSetting)
        .allMatch(entry -> ids.contains(entry.dumpId()));
    assertThat(archive.entries())
        .filteredOn(EntryFacts::isDatabase)
        .noneMatch(entry -> ids.contains(entry.dumpId()));
  }

  @Property(tries = 300)
  void everySelectionIsInOrderAndTheMoreIsExcludedTheSmaller(
      @ForAll("names") EntryNames include,
      @ForAll("fewNames") EntryNames exclude,
      @ForAll DumpContent content,
      @ForAll boolean withDependencies) {
    var filter = new EntryFilter(include, exclude, Set.of(), content, withDependencies);
    var less = EntrySelector.select(RICH, filter);
    var more =
        EntrySelector.select(
            RICH, new EntryFilter(include, EntryNames.NONE, Set.of(), content, withDependencies));

    assertSound(RICH, less);
    assertSound(RICH, more);
    assertThat(new HashSet<>(more.dumpIds())).containsAll(less.dumpIds());
  }

  @Property(tries = 200)
  void withDependenciesNothingIsMissing(@ForAll("names") EntryNames include) {
    var selection =
        EntrySelector.select(
            RICH, new EntryFilter(include, EntryNames.NONE, Set.of(), DumpContent.ALL, true));

    assertThat(selection.findings())
        .noneMatch(Finding.Missing.class::isInstance)
        .allMatch(finding -> !finding.message().isBlank());
  }

  @Property(tries = 300)
  void noTextAndNoDependencyOfAnEntryDoesHarm(
      @ForAll("names") EntryNames include, @ForAll boolean withDependencies, @ForAll long seed) {
    var random = new Random(seed);
    var entries =
        RICH.entries().stream()
            .map(entry -> random.nextInt(4) == 0 ? spoilt(entry, random) : entry)
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(entries, random);
    var archive = new Archive(RICH.container(), RICH.header(), entries, RICH.contentsBytes());

    assertSound(
        archive,
        EntrySelector.select(
            archive,
            new EntryFilter(
                include, EntryNames.NONE, Set.of(), DumpContent.ALL, withDependencies)));
  }

  private static ArchiveEntry spoilt(ArchiveEntry entry, Random random) {
    var other = RICH.entries().get(random.nextInt(RICH.entries().size()));
    return new ArchiveEntry(
        entry.dumpId(),
        entry.hadDumper(),
        entry.tableOid(),
        entry.oid(),
        spoilt(entry.tag(), random),
        random.nextBoolean() || EntryFacts.isSetting(entry) || EntryFacts.isDatabase(entry)
            ? entry.desc()
            : other.desc(),
        entry.section(),
        spoilt(entry.definition(), random),
        spoilt(entry.drop(), random),
        entry.copy(),
        random.nextBoolean() ? entry.namespace() : spoilt(entry.namespace(), random),
        entry.tablespace(),
        entry.tableAccessMethod(),
        entry.relationKind(),
        entry.owner(),
        random.nextBoolean() ? entry.dependencies() : List.of(other.dumpId(), entry.dumpId()),
        entry.data());
  }

  private static String spoilt(String text, Random random) {
    int at = text.isEmpty() ? 0 : random.nextInt(text.length());
    return switch (random.nextInt(5)) {
      case 0 -> text;
      case 1 -> text.substring(0, at);
      case 2 -> text.substring(at);
      case 3 -> text.substring(0, at) + "\"" + text.substring(at);
      default -> text.substring(0, at) + "E'\\" + text.substring(at);
    };
  }
}
