package io.pgcask.runner.restore.selection;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import java.util.List;
import java.util.Set;

/** Filters as tests write them. */
public final class Filters {
  private Filters() {}

  public static EntryNames schemas(String... patterns) {
    return new EntryNames(List.of(patterns), List.of(), List.of(), List.of(), List.of());
  }

  public static EntryNames tables(String... patterns) {
    return new EntryNames(List.of(), List.of(patterns), List.of(), List.of(), List.of());
  }

  public static EntryNames functions(String... patterns) {
    return new EntryNames(List.of(), List.of(), List.of(patterns), List.of(), List.of());
  }

  public static EntryNames indexes(String... patterns) {
    return new EntryNames(List.of(), List.of(), List.of(), List.of(patterns), List.of());
  }

  public static EntryNames triggers(String... patterns) {
    return new EntryNames(List.of(), List.of(), List.of(), List.of(), List.of(patterns));
  }

  public static EntryFilter include(EntryNames names) {
    return new EntryFilter(names, EntryNames.NONE, Set.of(), DumpContent.ALL, false);
  }

  public static EntryFilter withDependencies(EntryNames names) {
    return new EntryFilter(names, EntryNames.NONE, Set.of(), DumpContent.ALL, true);
  }

  public static EntryFilter exclude(EntryNames names) {
    return new EntryFilter(EntryNames.NONE, names, Set.of(), DumpContent.ALL, false);
  }

  public static EntryFilter only(DumpContent content) {
    return new EntryFilter(EntryNames.NONE, EntryNames.NONE, Set.of(), content, false);
  }

  public static EntryFilter only(DumpSection section) {
    return new EntryFilter(
        EntryNames.NONE, EntryNames.NONE, Set.of(section), DumpContent.ALL, false);
  }
}
