package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.postgres.PostgresException;
import io.pgcask.runner.restore.selection.ArchivePart;
import io.pgcask.runner.restore.selection.Finding;
import io.pgcask.runner.restore.selection.QualifiedName;
import io.pgcask.runner.restore.selection.Selection;
import java.util.ArrayList;
import java.util.Optional;

/** Makes rows of a plan of what is worth knowing about a selection. */
final class ChoiceFindings {
  private final RestoreChoice choice;
  private final String database;
  private final RestorePlan plan;

  ChoiceFindings(RestoreChoice choice, String database, RestorePlan plan) {
    this.choice = choice;
    this.database = database;
    this.plan = plan;
  }

  /**
   * Of a selection.
   *
   * @param target that exists already; empty: it will be created
   */
  void check(Selection selection, Optional<TargetObjects> target) throws PostgresException {
    var refused = new ArrayList<String>();
    var missing = new ArrayList<String>();
    var unsure = new ArrayList<String>();
    var foreignKeys = new ArrayList<String>();
    var others = new ArrayList<String>();
    for (var finding : selection.findings()) {
      switch (finding) {
        case Finding.InvalidPattern pattern -> refused.add(pattern.message());
        case Finding.Unmatched pattern ->
            (pattern.field().startsWith("include.") ? refused : others).add(pattern.message());
        case Finding.Missing needed -> {
          var found = target.isEmpty() ? Optional.of(false) : target.get().has(needed.needed());
          if (found.isEmpty() && !choice.createsTables()) {
            unsure.add(needed.message() + "; the target must have it");
          } else if (!found.orElse(false)) {
            missing.add(needed.message() + ", and database " + database + " does not have it");
          }
        }
        case Finding.ForeignKeyLeftOut key -> foreignKeys.add(key.message());
        case Finding.PartitionAlone partition -> others.add(partition.message());
      }
    }
    var advice = advice();
    Rows.each(refused, text -> failed(Reason.INVALID_OPTIONS, text + "; correct the pattern"));
    Rows.each(missing, text -> failed(Reason.INVALID_OPTIONS, text + "; " + advice));
    Rows.each(unsure, this::warning);
    Rows.each(foreignKeys, this::warning);
    Rows.each(others, this::warning);
  }

  private String advice() {
    if (!choice.createsTables()) {
      return "create it first";
    }
    return choice.include() != null && !choice.includeDependencies()
        ? "set includeDependencies: true, or include it"
        : "do not leave it out, or exclude what needs it, too";
  }

  /** Where no tables are created: they must be there, and those that get rows must be empty. */
  void checkTables(ArchivePart part, TargetObjects target) throws PostgresException {
    var there = target.tables();
    var absent = part.tables().stream().filter(table -> !there.contains(table)).toList();
    Rows.each(
        absent.stream().map(ChoiceFindings::text).toList(),
        table ->
            failed(
                Reason.INVALID_OPTIONS,
                "database %s has no table %s: create it first, or exclude it"
                    .formatted(database, table)));
    var full = new ArrayList<String>();
    for (var table : part.loadedTables()) {
      if (there.contains(table) && target.hasRows(table)) {
        full.add(text(table));
      }
    }
    Rows.each(
        full,
        table ->
            failed(
                Reason.DATABASE_NOT_EMPTY,
                "table %s holds rows, and only empty tables are loaded: empty it, or exclude it"
                    .formatted(table)));
    checkLargeObjects(part, target);
  }

  /** The same for large objects, which are written over, not added to. */
  private void checkLargeObjects(ArchivePart part, TargetObjects target) throws PostgresException {
    if (part.writesLargeObjects() && target.hasLargeObjects()) {
      failed(
          Reason.DATABASE_NOT_EMPTY,
          ("database %s holds large objects, which those of the backup might overwrite: choose tables"
                  + " by include, which leaves large objects out")
              .formatted(database));
    }
  }

  private static String text(QualifiedName table) {
    return table.schema() + "." + table.name();
  }

  private void failed(Reason reason, String text) {
    plan.failed(ChoicePlan.SELECTION, reason, text);
  }

  private void warning(String text) {
    plan.warning(ChoicePlan.SELECTION, text);
  }
}
