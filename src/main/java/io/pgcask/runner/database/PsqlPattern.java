package io.pgcask.runner.database;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of names as psql and pg_dump understand it: {@code *} and {@code ?} for any text and
 * any character, a dot between parts, lower case unless double quotes stand around, everything else
 * a regular expression of PostgreSQL. Follows "Patterns" of psql's manual page and {@code
 * patternToSQLRegex}.
 *
 * @param parts a regular expression for each part, the last is the name's own
 */
public record PsqlPattern(List<String> parts) {
  private static final String SPECIAL = "|*+?()[]{}.^$\\";

  /** Parses a pattern; every text is one. */
  public static PsqlPattern parse(String pattern) {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    boolean quoted = false;
    for (int at = 0; at < pattern.length(); ) {
      int c = pattern.codePointAt(at);
      at += Character.charCount(c);
      if (c == '"') {
        if (quoted && at < pattern.length() && pattern.charAt(at) == '"') {
          part.append('"');
          at++;
        } else {
          quoted = !quoted;
        }
      } else if (quoted) {
        if (SPECIAL.indexOf(c) >= 0) {
          part.append('\\');
        }
        part.appendCodePoint(c);
      } else if (c == '*') {
        part.append(".*");
      } else if (c == '?') {
        part.append('.');
      } else if (c == '.') {
        parts.add(anchored(part));
        part.setLength(0);
      } else if (c == '$') {
        part.append("\\$");
      } else if (c == '[' && at < pattern.length() && pattern.charAt(at) == ']') {
        part.append("\\["); // so that array types can be named
      } else {
        // only these, as in psql with UTF-8 and in the server itself
        part.appendCodePoint(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      }
    }
    parts.add(anchored(part));
    return new PsqlPattern(List.copyOf(parts));
  }

  private static String anchored(CharSequence part) {
    return "^(" + part + ")$";
  }

  /** The regular expression of the name itself. */
  public String name() {
    return parts.getLast();
  }
}
