package io.pgcask.operator.connection.watch;

import java.util.ArrayList;
import java.util.List;

/**
 * A table or view by its exact names.
 *
 * @param schema as the server knows it, unquoted
 * @param name as the server knows it, unquoted
 */
public record TableName(String schema, String name) {

  /**
   * Reads a list such as {@code public.orders,sales."Odd, name"}. Names are taken as they are, in
   * upper and lower case; double quotes are needed only around a name with a dot, a comma or a
   * quote, which is doubled.
   *
   * @throws IllegalArgumentException with a message for people
   */
  public static List<TableName> parse(String text) {
    var tables = new ArrayList<TableName>();
    var parts = new ArrayList<String>();
    int at = 0;
    while (true) {
      var part = new StringBuilder();
      at = text.startsWith("\"", at) ? quoted(text, at, part) : plain(text, at, part);
      parts.add(part.toString().strip());
      boolean end = at == text.length();
      if (!end && text.charAt(at) == '.') {
        at++;
        continue;
      }
      if (!end && text.charAt(at) != ',') {
        throw new IllegalArgumentException("a dot or a comma is missing after " + parts.getLast());
      }
      tables.add(of(parts));
      parts.clear();
      if (end) {
        return List.copyOf(tables);
      }
      at++;
    }
  }

  private static TableName of(List<String> parts) {
    if (parts.size() != 2 || parts.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          "write schema.table in place of %s".formatted(String.join(".", parts)));
    }
    return new TableName(parts.get(0), parts.get(1));
  }

  private static int plain(String text, int from, StringBuilder part) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != ',') {
      part.append(text.charAt(at++));
    }
    return at;
  }

  private static int quoted(String text, int from, StringBuilder part) {
    int at = from + 1;
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next != '"') {
        part.append(next);
      } else if (at < text.length() && text.charAt(at) == '"') {
        part.append('"');
        at++;
      } else {
        return at;
      }
    }
    throw new IllegalArgumentException("a quote is not closed");
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
