package io.pgcask.postgres.lexer;

import io.pgcask.postgres.lexer.SqlToken.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The one place that takes SQL apart. It is total: any text has tokens, and one behind the other
 * they are the text; what PostgreSQL would refuse is {@link Kind#UNCLOSED} or is left to the
 * server. It is lazy, and looks at each character a fixed number of times at most; but it reads a
 * text, not a stream: what it is for are single entries of an archive and {@code globals.sql},
 * which are in memory anyway. A dump of any size never passes here, see the filters of streams
 * {@code SqlFilter} and {@code GlobalsFilter}.
 *
 * <p>Sources of the rules: PostgreSQL's manual, 4.1 "Lexical Structure" (4.1.1 identifiers, 4.1.2
 * constants, 4.1.5 comments), and where that is silent the definitions in
 * src/backend/parser/scan.l, of which src/fe_utils/psqlscan.l is a copy. Those that are easily
 * forgotten:
 *
 * <ul>
 *   <li>a comment of two dashes ends at a carriage return too;
 *   <li>comments in C's form nest, and begin within what looks like an operator;
 *   <li>all characters above ASCII are letters, also those that Unicode calls blanks or digits;
 *       keywords and capitals are of ASCII only;
 *   <li>a text in single quotes goes on behind an end of a line, with the escapes of its beginning;
 *   <li>a quote doubles itself in every text but bit strings, which end there;
 *   <li>a dollar is a part of a word, so that {@code a$b$} begins no text; behind a number or a
 *       parameter it does.
 * </ul>
 *
 * <p>Where servers differ, that reading is taken which is right for all that do not refuse the
 * text: a number ends where letters follow, as up to 14; later servers refuse it. The numbers with
 * underscores or to other bases of 16 are taken as such where no letter follows.
 */
public final class SqlLexer implements Iterator<SqlToken> {
  private static final String UESCAPE = "uescape";

  private final String sql;
  private final boolean backslashes;
  private int at;

  /**
   * At the beginning of a text.
   *
   * @param backslashes whether a backslash escapes in every text in single quotes, as it does with
   *     {@code standard_conforming_strings = off}
   */
  public SqlLexer(String sql, boolean backslashes) {
    this.sql = sql;
    this.backslashes = backslashes;
  }

  /**
   * The tokens of a text that are neither blank nor comment, in order.
   *
   * @param backslashes see {@link #SqlLexer}
   */
  public static List<SqlToken> tokens(String sql, boolean backslashes) {
    var tokens = new ArrayList<SqlToken>();
    for (var lexer = new SqlLexer(sql, backslashes); lexer.hasNext(); ) {
      var token = lexer.next();
      if (!token.isBlank()) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  /** Whether there is more. */
  @Override
  public boolean hasNext() {
    return at < sql.length();
  }

  /** The next token, be it blank or comment. */
  @Override
  public SqlToken next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the text has ended");
    }
    int start = at;
    var kind = take(sql.charAt(at));
    return new SqlToken(kind, sql, start, at);
  }

  /** Takes the rest of the line, which is none of SQL's but of psql's, without its end. */
  public String restOfLine() {
    int end = sql.indexOf('\n', at); // psql takes lines at nothing else
    int start = at;
    at = end < 0 ? sql.length() : end;
    return sql.substring(start, at);
  }

  private Kind take(char c) {
    if (Characters.isBlank(c)) {
      while (hasNext() && Characters.isBlank(sql.charAt(at))) {
        at++;
      }
      return Kind.BLANK;
    }
    if (Characters.beginsName(c)) {
      return word(c);
    }
    if (Numbers.begins(sql, at)) {
      at = Numbers.end(sql, at);
      return Kind.NUMBER;
    }
    return switch (c) {
      case '\'' -> text(backslashes ? Kind.ESCAPE_STRING : Kind.STRING);
      case '"' -> closed(name(), Kind.QUOTED_NAME);
      case '$' -> dollar();
      case '-' -> sql.startsWith("--", at) ? lineComment() : sign(1);
      case '/' -> sql.startsWith("/*", at) ? closed(comment(), Kind.COMMENT) : sign(1);
      case '.' -> sign(sql.startsWith("..", at) ? 2 : 1);
      default -> sign(1);
    };
  }

  private Kind sign(int length) {
    at += length;
    return Kind.SIGN;
  }

  /** What nothing closes goes to the end. */
  private Kind closed(boolean closed, Kind kind) {
    if (closed) {
      return kind;
    }
    at = sql.length();
    return Kind.UNCLOSED;
  }

  private Kind lineComment() {
    at = Characters.endOfLine(sql, at);
    return Kind.COMMENT;
  }

  /** Goes behind the end of a comment in C's form; false if it has none. */
  private boolean comment() {
    int depth = 0;
    while (hasNext()) {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return true;
        }
      } else {
        at++;
      }
    }
    return false;
  }

  /** A word, or the letter that begins a text or a name in quotes. */
  private Kind word(char first) {
    at++;
    char next = hasNext() ? sql.charAt(at) : ' ';
    if (next == '\'') {
      switch (Characters.small(first)) {
        case 'e' -> {
          return text(Kind.ESCAPE_STRING);
        }
        case 'b', 'x' -> {
          return text(Kind.BIT_STRING);
        }
        default -> {
          return Kind.WORD; // N'...' too is a word with a text behind it
        }
      }
    }
    if (next == '&' && Characters.small(first) == 'u') {
      if (sql.startsWith("'", at + 1)) {
        at++;
        return withEscape(text(Kind.UNICODE_STRING));
      }
      if (sql.startsWith("\"", at + 1)) {
        at++;
        return withEscape(closed(name(), Kind.UNICODE_NAME));
      }
    }
    while (hasNext() && Characters.isOfName(sql.charAt(at))) {
      at++;
    }
    return Kind.WORD;
  }

  /** From a double quote to behind the one that closes; false if none does. */
  private boolean name() {
    for (at = sql.indexOf('"', at + 1); at >= 0; at = sql.indexOf('"', at + 2)) {
      if (!sql.startsWith("\"", at + 1)) {
        at++;
        return true;
      }
    }
    return false;
  }

  /** From a single quote to behind the one that closes. */
  private Kind text(Kind kind) {
    at++;
    while (hasNext()) {
      char c = sql.charAt(at++);
      if (c == '\\' && kind == Kind.ESCAPE_STRING) {
        at++;
      } else if (c == '\'') {
        if (kind != Kind.BIT_STRING && sql.startsWith("'", at)) {
          at++;
        } else {
          int further = Characters.continuation(sql, at);
          if (further < 0) {
            return kind;
          }
          at = further;
        }
      }
    }
    return closed(false, kind);
  }

  /** {@code UESCAPE '!'} tells how the text or name before it is read, and so is a part of it. */
  private Kind withEscape(Kind kind) {
    if (kind == Kind.UNCLOSED) {
      return kind;
    }
    var ahead = new SqlLexer(sql, backslashes);
    ahead.at = at;
    ahead.skipBlanks();
    if (sql.regionMatches(true, ahead.at, UESCAPE, 0, UESCAPE.length())
        && ahead.next().is(UESCAPE)) {
      ahead.skipBlanks();
      if (ahead.hasNext() && "'$Ee".indexOf(sql.charAt(ahead.at)) >= 0) {
        var escape = ahead.next();
        at = escape.kind().isString() ? escape.end() : at;
      }
    }
    return kind;
  }

  private void skipBlanks() {
    while (hasNext() && (Characters.isBlank(sql.charAt(at)) || beginsComment())) {
      next();
    }
  }

  private boolean beginsComment() {
    return sql.startsWith("--", at) || sql.startsWith("/*", at);
  }

  /** A parameter, a text between dollars, or a dollar. */
  private Kind dollar() {
    int end = at + 1;
    if (Numbers.isDigit(sql, end)) {
      at = Numbers.plainDigits(sql, end);
      return Kind.PARAMETER;
    }
    while (end < sql.length() && sql.charAt(end) != '$' && Characters.isOfName(sql.charAt(end))) {
      end++;
    }
    if (!sql.startsWith("$", end)) {
      return sign(1);
    }
    var tag = sql.substring(at, end + 1);
    int closing = sql.indexOf(tag, end + 1);
    at = closing + tag.length();
    return closed(closing >= 0, Kind.DOLLAR_STRING);
  }
}
