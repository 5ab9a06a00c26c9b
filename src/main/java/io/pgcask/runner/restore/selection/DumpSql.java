package io.pgcask.runner.restore.selection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names in the SQL of an archive. pg_dump qualifies and quotes them, so that words in capitals
 * without quotes are keywords: nothing of the text can be mistaken for another name, unlike in a
 * tag.
 */
public final class DumpSql {
  private final List<Word> words;

  /**
   * A piece of SQL.
   *
   * @param text without the quotes
   * @param name whether it can be one; else it is a sign or a literal
   */
  public record Word(String text, boolean quoted, boolean name) {
    /** Whether it is a keyword or a sign. */
    public boolean is(String keyword) {
      return !quoted && text.equals(keyword);
    }

    boolean isKeyword() {
      return name && !quoted && !text.isEmpty() && Character.isUpperCase(text.charAt(0));
    }
  }

  private DumpSql(List<Word> words) {
    this.words = words;
  }

  /** Takes SQL apart. */
  public static DumpSql of(String sql) {
    var words = new ArrayList<Word>();
    for (int at = 0; at < sql.length(); ) {
      char c = sql.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '"' || c == '\'') {
        int end = closing(sql, at);
        var text = sql.substring(at + 1, end).replace("" + c + c, "" + c);
        if (escapes(sql, at)) {
          words.removeLast(); // the E before it
          text = text.replace("\\\\", "\\");
        }
        words.add(new Word(text, true, c == '"'));
        at = end + 1;
      } else if (isNamePart(c)) {
        int end = at;
        while (end < sql.length() && isNamePart(sql.charAt(end))) {
          end++;
        }
        words.add(new Word(sql.substring(at, end), false, true));
        at = end;
      } else {
        words.add(new Word(String.valueOf(c), false, false));
        at++;
      }
    }
    return new DumpSql(words);
  }

  /** Where a quoted text ends; at the end of all if it does not. */
  private static int closing(String sql, int from) {
    char quote = sql.charAt(from);
    boolean escapes = escapes(sql, from);
    for (int at = from + 1; at < sql.length(); at++) {
      char c = sql.charAt(at);
      if (escapes && c == '\\') {
        at++;
      } else if (c == quote) {
        if (at + 1 == sql.length() || sql.charAt(at + 1) != quote) {
          return at;
        }
        at++;
      }
    }
    return sql.length();
  }

  /** Whether it is a literal in which a backslash is written twice. */
  private static boolean escapes(String sql, int from) {
    return sql.charAt(from) == '\''
        && from > 0
        && sql.charAt(from - 1) == 'E'
        && (from == 1 || !isNamePart(sql.charAt(from - 2)));
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c >= 0x80;
  }

  /** All of it, in order. */
  public List<Word> words() {
    return List.copyOf(words);
  }

  /** The qualified name behind the first of a keyword, and behind further keywords if there are. */
  Optional<QualifiedName> nameAfter(String keyword) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).is(keyword)) {
        return qualified(i + 1);
      }
    }
    return Optional.empty();
  }

  /** The qualified name behind the last of a keyword. */
  Optional<QualifiedName> nameAfterLast(String keyword) {
    for (int i = words.size() - 1; i >= 0; i--) {
      if (words.get(i).is(keyword)) {
        return qualified(i + 1);
      }
    }
    return Optional.empty();
  }

  /** The unqualified name behind the first of a keyword. */
  Optional<String> wordAfter(String keyword) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).is(keyword) && words.get(i + 1).name()) {
        return Optional.of(words.get(i + 1).text());
      }
    }
    return Optional.empty();
  }

  /**
   * The unqualified names behind each of a keyword, several with commas between them. A keyword in
   * the place of one, such as PUBLIC, is none.
   */
  List<String> namesAfter(String keyword) {
    var names = new ArrayList<String>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).is(keyword)) {
        for (int at = i + 1; at < words.size() && words.get(at).name(); at += 2) {
          if (!words.get(at).isKeyword()) {
            names.add(words.get(at).text());
          }
          if (at + 1 == words.size() || !words.get(at + 1).is(",")) {
            break;
          }
        }
      }
    }
    return names;
  }

  /** What stands before the first of some keywords. */
  DumpSql before(String... keywords) {
    for (int i = 0; i < words.size(); i++) {
      if (Stream.of(keywords).anyMatch(words.get(i)::is)) {
        return new DumpSql(words.subList(0, i));
      }
    }
    return this;
  }

  /** All qualified names, and all pairs that look like one. */
  List<QualifiedName> names() {
    var names = new ArrayList<QualifiedName>();
    for (int i = 0; i < words.size(); i++) {
      if (!words.get(i).isKeyword()) {
        qualified(i).ifPresent(names::add);
      }
    }
    return names;
  }

  /** Whether a keyword stands anywhere. */
  boolean has(String keyword) {
    return words.stream().anyMatch(word -> word.is(keyword));
  }

  private Optional<QualifiedName> qualified(int from) {
    int at = from;
    while (at < words.size() && words.get(at).isKeyword()) {
      at++;
    }
    return at + 2 < words.size()
            && words.get(at).name()
            && words.get(at + 1).is(".")
            && words.get(at + 2).name()
        ? Optional.of(new QualifiedName(words.get(at).text(), words.get(at + 2).text()))
        : Optional.empty();
  }
}
