package io.pgcask.postgres.lexer;

import java.util.Optional;

/**
 * A piece of SQL.
 *
 * @param sql that it stands in
 * @param start of its first character in there
 * @param end behind its last character; there is always one
 */
public record SqlToken(Kind kind, String sql, int start, int end) {

  /** What a token is; the names are those of PostgreSQL's manual, 4.1. */
  public enum Kind {
    /** Spaces and ends of lines. */
    BLANK,
    /** From two dashes to the end of the line, or in C's form, which nests. */
    COMMENT,
    /** A keyword, or a name without quotes. */
    WORD,
    /** A name in double quotes. */
    QUOTED_NAME,
    /** {@code U&"..."}, with its UESCAPE if there is one. */
    UNICODE_NAME,
    /** A text in single quotes in which a backslash is itself. */
    STRING,
    /** A text in single quotes in which a backslash escapes: {@code E'...'}. */
    ESCAPE_STRING,
    /** {@code U&'...'}, with its UESCAPE if there is one. */
    UNICODE_STRING,
    /** A text between {@code $tag$} and {@code $tag$}. */
    DOLLAR_STRING,
    /** {@code B'...'} or {@code X'...'}. */
    BIT_STRING,
    /** A number without a sign. */
    NUMBER,
    /** {@code $1}. */
    PARAMETER,
    /** Anything else: one character, or the two dots of a range. Operators are several signs. */
    SIGN,
    /** A comment, a name or a text that nothing closes: PostgreSQL refuses the whole. */
    UNCLOSED;

    /** Whether it is a text as any statement may hold one. */
    boolean isString() {
      return this == STRING || this == ESCAPE_STRING || this == DOLLAR_STRING;
    }
  }

  /** As it stands there. */
  public String text() {
    return sql.substring(start, end);
  }

  /** Whether it means nothing. */
  public boolean isBlank() {
    return kind == Kind.BLANK || kind == Kind.COMMENT;
  }

  /** Whether it is this keyword, in capitals or not, or this sign. */
  public boolean is(String keyword) {
    if (kind != Kind.WORD && kind != Kind.SIGN || end - start != keyword.length()) {
      return false;
    }
    for (int i = 0; i < keyword.length(); i++) {
      if (Characters.small(sql.charAt(start + i)) != Characters.small(keyword.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether it can name something. */
  public boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED_NAME || kind == Kind.UNICODE_NAME;
  }

  /**
   * What it names: without quotes, and of a word with small letters in place of A to Z. Other
   * capitals stay, as in a database whose encoding is UTF8; and so does what is behind the 63rd
   * byte, which PostgreSQL cuts off.
   *
   * @throws IllegalStateException if it is no name
   */
  public String name() {
    return switch (kind) {
      case WORD -> Characters.small(text());
      case QUOTED_NAME -> sql.substring(start + 1, end - 1).replace("\"\"", "\"");
      case UNICODE_NAME -> UnicodeEscapes.name(this).orElseGet(this::text);
      default -> throw new IllegalStateException("no name: " + this);
    };
  }

  /**
   * The text that it stands for.
   *
   * @return empty if it is none, or one in a form that pg_dump and pg_dumpall never write: with
   *     another escape than that of a backslash by itself
   */
  public Optional<String> string() {
    return switch (kind) {
      case STRING -> quoted(false);
      case ESCAPE_STRING -> quoted(true);
      case DOLLAR_STRING -> {
        int tag = sql.indexOf('$', start + 1) + 1 - start;
        yield Optional.of(sql.substring(start + tag, end - tag));
      }
      default -> Optional.empty();
    };
  }

  private Optional<String> quoted(boolean escapes) {
    var text = new StringBuilder(end - start);
    for (int at = sql.indexOf('\'', start) + 1; at < end; at++) {
      char c = sql.charAt(at);
      if (c == '\'') {
        if (at + 1 == end) {
          break;
        }
        if (sql.charAt(at + 1) != '\'') {
          at = Characters.continuation(sql, at + 1) - 1;
          continue;
        }
        at++;
      } else if (escapes && c == '\\') {
        at++;
        if (sql.charAt(at) != '\\') {
          return Optional.empty();
        }
      }
      text.append(c);
    }
    return Optional.of(text.toString());
  }

  /** Without the text, which may be a secret. */
  @Override
  public String toString() {
    return "%s from %d to %d".formatted(kind, start, end);
  }
}
