package io.pgcask.runner.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes SQL apart as PostgreSQL's own scanner does, so that no text in quotes, in dollars or in a
 * comment is taken for a name.
 *
 * <p>Source: "Lexical Structure" in PostgreSQL's manual.
 */
public final class SqlTokens {
  private final String sql;
  private final boolean backslashes;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  /** What a token is. */
  public enum Kind {
    /** A keyword, or a name without quotes. */
    WORD,
    /** A name in double quotes. */
    NAME,
    /** A text in single quotes or dollars. */
    LITERAL,
    NUMBER,
    SIGN
  }

  /**
   * A piece of SQL that is neither blank nor comment.
   *
   * @param text of a name what it names; of everything else as it stands there
   * @param start of its first character
   * @param end behind its last character
   */
  public record Token(Kind kind, String text, int start, int end) {
    /** Whether it is this keyword, in capitals, or this sign. */
    public boolean is(String keyword) {
      return switch (kind) {
        case WORD -> text.toUpperCase(Locale.ROOT).equals(keyword);
        case SIGN -> text.equals(keyword);
        case NAME, LITERAL, NUMBER -> false;
      };
    }

    /** Whether it can name something. */
    public boolean isName() {
      return kind == Kind.WORD || kind == Kind.NAME;
    }

    /** What it names: without quotes, capitals are small ones. */
    public String name() {
      return kind == Kind.WORD ? text.toLowerCase(Locale.ROOT) : text;
    }
  }

  private SqlTokens(String sql, boolean backslashes) {
    this.sql = sql;
    this.backslashes = backslashes;
  }

  /**
   * The tokens of a text, in order.
   *
   * @param backslashes whether a backslash escapes in every literal, as it does with {@code
   *     standard_conforming_strings = off}
   */
  public static List<Token> of(String sql, boolean backslashes) {
    var scanner = new SqlTokens(sql, backslashes);
    while (scanner.at < sql.length()) {
      scanner.next();
    }
    return scanner.tokens;
  }

  private void next() {
    int start = at;
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (sql.startsWith("--", at)) {
      int end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length() : end;
    } else if (sql.startsWith("/*", at)) {
      comment();
    } else if (c == '\'') {
      quoted('\'', backslashes);
      add(Kind.LITERAL, start);
    } else if (c == '"') {
      quoted('"', false);
      var inside = sql.substring(start + 1, Math.max(start + 1, at - 1));
      tokens.add(new Token(Kind.NAME, inside.replace("\"\"", "\""), start, at));
    } else if (c == '$' && dollars()) {
      add(Kind.LITERAL, start);
    } else if (isNameStart(c)) {
      word(start);
    } else if (c >= '0' && c <= '9') {
      number();
      add(Kind.NUMBER, start);
    } else {
      at++;
      add(Kind.SIGN, start);
    }
  }

  private void add(Kind kind, int start) {
    tokens.add(new Token(kind, sql.substring(start, at), start, at));
  }

  /** A word, or the letter that begins a literal such as {@code E'...'}. */
  private void word(int start) {
    while (at < sql.length() && isNamePart(sql.charAt(at))) {
      at++;
    }
    var word = sql.substring(start, at).toUpperCase(Locale.ROOT);
    char next = at < sql.length() ? sql.charAt(at) : ' ';
    if (next == '\'' && (word.equals("E") || List.of("B", "X", "N").contains(word))) {
      quoted('\'', word.equals("E") || word.equals("N") && backslashes);
      add(Kind.LITERAL, start);
    } else if (word.equals("U") && (sql.startsWith("&'", at) || sql.startsWith("&\"", at))) {
      at++;
      quoted(sql.charAt(at), false);
      add(Kind.LITERAL, start); // pg_dump writes no name this way
    } else {
      add(Kind.WORD, start);
    }
  }

  /** Goes behind the quote that closes, or to the end if none does. */
  private void quoted(char quote, boolean escapes) {
    for (at++; at < sql.length(); at++) {
      char c = sql.charAt(at);
      if (escapes && c == '\\') {
        at++;
      } else if (c == quote) {
        if (at + 1 == sql.length() || sql.charAt(at + 1) != quote) {
          at++;
          return;
        }
        at++;
      }
    }
    at = sql.length();
  }

  /** Comments nest. */
  private void comment() {
    int depth = 0;
    while (at < sql.length()) {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return;
        }
      } else {
        at++;
      }
    }
  }

  /** Goes behind {@code $tag$...$tag$}; false if none begins here. */
  private boolean dollars() {
    int end = at + 1;
    while (end < sql.length() && isNamePart(sql.charAt(end)) && sql.charAt(end) != '$') {
      end++;
    }
    if (end == sql.length() || sql.charAt(end) != '$' || isDigit(sql.charAt(at + 1))) {
      return false;
    }
    var tag = sql.substring(at, end + 1);
    int closing = sql.indexOf(tag, end + 1);
    at = closing < 0 ? sql.length() : closing + tag.length();
    return true;
  }

  private void number() {
    while (at < sql.length() && (isNamePart(sql.charAt(at)) || sql.charAt(at) == '.')) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || isDigit(c) || c == '$';
  }
}
