package io.pgcask.runner.restore.selection;

import io.pgcask.runner.database.InvalidPatternException;
import io.pgcask.runner.database.NamePattern;
import io.pgcask.runner.restore.selection.EntryNameIndex.Named;
import io.pgcask.runner.restore.selection.Finding.InvalidPattern;
import io.pgcask.runner.restore.selection.Finding.Unmatched;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The entries that names fit, by kind. */
record NamedEntries(
    Set<Integer> schemas,
    Set<Integer> tables,
    Set<Integer> functions,
    Set<Integer> indexes,
    Set<Integer> triggers) {

  /** What holds a name against a pattern. */
  private interface Kind {
    Predicate<Named> of(String pattern) throws InvalidPatternException;
  }

  /**
   * Finds the entries.
   *
   * @param side {@code include} or {@code exclude}
   * @param findings are added to
   */
  static NamedEntries of(
      String side, EntryNames names, EntryNameIndex index, List<Finding> findings) {
    var search = new Search(side, findings);
    return new NamedEntries(
        search.all("schemas", names.schemas(), index.schemas(), NamedEntries::schema),
        search.all("tables", names.tables(), index.tables(), NamedEntries::qualified),
        search.all("functions", names.functions(), index.functions(), NamedEntries::function),
        search.all("indexes", names.indexes(), index.indexes(), NamedEntries::qualified),
        search.all("triggers", names.triggers(), index.triggers(), NamedEntries::qualified));
  }

  Set<Integer> all() {
    var all = new LinkedHashSet<>(schemas);
    List.of(tables, functions, indexes, triggers).forEach(all::addAll);
    return all;
  }

  private static Predicate<Named> schema(String text) throws InvalidPatternException {
    var pattern = NamePattern.of(text);
    return named -> pattern.matches(named.schema());
  }

  private static Predicate<Named> qualified(String text) throws InvalidPatternException {
    var pattern = NamePattern.of(text);
    return named -> pattern.matches(named.schema(), named.name());
  }

  /** A parenthesis begins the types of the arguments if it is not quoted and one ends it all. */
  private static Predicate<Named> function(String text) throws InvalidPatternException {
    int parenthesis = text.endsWith(")") ? unquotedParenthesis(text) : -1;
    if (parenthesis < 0) {
      return qualified(text);
    }
    var name = qualified(text.substring(0, parenthesis));
    var arguments = evenly(text.substring(parenthesis + 1, text.length() - 1));
    return name.and(named -> evenly(named.arguments()).equals(arguments));
  }

  private static int unquotedParenthesis(String text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (text.charAt(i) == '(' && !quoted) {
        return i;
      }
    }
    return -1;
  }

  private static String evenly(String arguments) {
    return arguments.strip().replaceAll("\\s+", " ").replaceAll(" ?, ?", ", ");
  }

  private record Search(String side, List<Finding> findings) {
    Set<Integer> all(String field, List<String> patterns, List<Named> named, Kind kind) {
      var found = new LinkedHashSet<Integer>();
      for (var pattern : patterns) {
        var path = side + "." + field;
        try {
          var fits = kind.of(pattern);
          var matched = named.stream().filter(fits).map(Named::dumpId).toList();
          if (matched.isEmpty()) {
            findings.add(new Unmatched(path, pattern));
          }
          found.addAll(matched);
        } catch (InvalidPatternException e) {
          findings.add(new InvalidPattern(path, pattern, e.getMessage()));
        }
      }
      return found;
    }
  }
}
