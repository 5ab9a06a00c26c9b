package io.pgcask.runner.restore.selection;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import java.util.Set;

/**
 * What a Restore shall take of an archive.
 *
 * @param include names to take; everything if there are none
 * @param exclude names to leave out, whatever includes them
 * @param sections to take of what is left; all if empty
 * @param content to take of what is left
 * @param includeDependencies whether what the taken entries need is taken, too
 * @param skippedExtensions names of extensions to leave out, whatever includes them
 */
public record EntryFilter(
    EntryNames include,
    EntryNames exclude,
    Set<DumpSection> sections,
    DumpContent content,
    boolean includeDependencies,
    Set<String> skippedExtensions) {

  /** Without skipped extensions. */
  public EntryFilter(
      EntryNames include,
      EntryNames exclude,
      Set<DumpSection> sections,
      DumpContent content,
      boolean includeDependencies) {
    this(include, exclude, sections, content, includeDependencies, Set.of());
  }

  /** Takes everything. */
  public static final EntryFilter ALL =
      new EntryFilter(EntryNames.NONE, EntryNames.NONE, Set.of(), DumpContent.ALL, false);
}
