package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.RestoreNames;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.runner.restore.selection.EntryFilter;
import io.pgcask.runner.restore.selection.EntryNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the fields of a choice come to. */
final class ChoiceFields {
  private ChoiceFields() {}

  /** The fields that ask for something, by their names in the Restore. */
  static List<String> of(RestoreChoice choice) {
    var fields = new ArrayList<String>();
    if (choice.include() != null) {
      fields.add("include");
    }
    if (choice.exclude() != null) {
      fields.add("exclude");
    }
    if (choice.content() != DumpContent.ALL) {
      fields.add("content");
    }
    if (!choice.sections().isEmpty()) {
      fields.add("sections");
    }
    if (choice.jobs() > 1) {
      fields.add("jobs");
    }
    RestoreOption.used(choice.options()).map(RestoreOption::field).distinct().forEach(fields::add);
    if (choice.options().skipExtensions() != null) {
      fields.add("options.skipExtensions");
    }
    if (choice.options().extensionMap() != null) {
      fields.add("options.extensionMap");
    }
    if (!choice.roleMap().isEmpty()) {
      fields.add("options.roleMap");
    }
    if (Boolean.TRUE.equals(choice.options().createMissingRoles())) {
      fields.add("options.createMissingRoles");
    }
    return fields;
  }

  /** Which entries they mean. */
  static EntryFilter filter(RestoreChoice choice) {
    return new EntryFilter(
        names(choice.include()),
        names(choice.exclude()),
        Set.copyOf(choice.sections()),
        choice.content(),
        choice.includeDependencies(),
        Set.copyOf(choice.skippedExtensions()));
  }

  private static EntryNames names(RestoreNames names) {
    return names == null
        ? EntryNames.NONE
        : new EntryNames(
            orNone(names.schemas()),
            orNone(names.tables()),
            orNone(names.functions()),
            orNone(names.indexes()),
            orNone(names.triggers()));
  }

  private static List<String> orNone(List<String> names) {
    return names == null ? List.of() : names;
  }
}
