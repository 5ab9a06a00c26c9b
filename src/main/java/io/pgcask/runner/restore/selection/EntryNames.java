package io.pgcask.runner.restore.selection;

import java.util.List;

/**
 * Names of what to take or to leave out, as psql patterns, each kind by itself; what any of them
 * names is meant.
 *
 * @param schemas with everything in them
 * @param tables tables, views, materialized views, foreign tables and sequences, with what belongs
 *     to them
 * @param functions functions, procedures and aggregates; with parentheses at the end the one that
 *     takes exactly these types, as pg_restore lists them
 * @param indexes indexes, also those of primary keys, unique and exclusion constraints
 * @param triggers triggers by their own names, with the schema of their table
 */
public record EntryNames(
    List<String> schemas,
    List<String> tables,
    List<String> functions,
    List<String> indexes,
    List<String> triggers) {

  /** No names. */
  public static final EntryNames NONE =
      new EntryNames(List.of(), List.of(), List.of(), List.of(), List.of());

  boolean isEmpty() {
    return schemas.isEmpty()
        && tables.isEmpty()
        && functions.isEmpty()
        && indexes.isEmpty()
        && triggers.isEmpty();
  }
}
