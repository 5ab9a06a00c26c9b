package io.pgcask.runner.restore.globals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a script apart into statements. A statement ends with a semicolon or, as psql has it, with
 * {@code \gexec}. Of psql's other commands, those that pg_dumpall writes around a script since 2025
 * (restrict and its opposite) mean nothing here.
 */
final class Lexer {
  private static final String EXECUTE = "\\gexec";

  private final String sql;
  private int at;

  Lexer(String sql) {
    this.sql = sql;
  }

  /**
   * The next statement.
   *
   * @return empty at the end of the script
   * @throws GlobalsException if a quote is not closed, a statement has no end, or a psql command is
   *     not expected
   */
  Optional<List<Token>> next() throws GlobalsException {
    var tokens = new ArrayList<Token>();
    while (skipBlanks()) {
      char c = sql.charAt(at);
      if (c == ';') {
        at++;
        if (!tokens.isEmpty()) {
          return Optional.of(tokens);
        }
      } else if (c == '\\') {
        if (command(tokens.isEmpty())) {
          return Optional.of(tokens);
        }
      } else {
        tokens.add(token(c));
      }
    }
    if (!tokens.isEmpty()) {
      throw new GlobalsException("its last statement has no end");
    }
    return Optional.empty();
  }

  /** Blanks and comments; false at the end of all. */
  private boolean skipBlanks() {
    while (at < sql.length()) {
      if (Character.isWhitespace(sql.charAt(at))) {
        at++;
      } else if (sql.startsWith("--", at)) {
        at = endOfLine();
      } else {
        return true;
      }
    }
    return false;
  }

  private int endOfLine() {
    int end = sql.indexOf('\n', at);
    return end < 0 ? sql.length() : end;
  }

  /** A command of psql; true if it ends the statement before it. */
  private boolean command(boolean alone) throws GlobalsException {
    var line = sql.substring(at, endOfLine()).strip();
    at = endOfLine();
    if (!alone && line.equals(EXECUTE)) {
      return true;
    }
    if (alone && (line.startsWith("\\restrict ") || line.startsWith("\\unrestrict "))) {
      return false;
    }
    throw new GlobalsException("it has a command of psql that nobody expects there");
  }

  private Token token(char c) throws GlobalsException {
    if (c == '"') {
      return new Token(Token.Kind.NAME, quoted('"', false));
    }
    if (c == '\'') {
      return new Token(Token.Kind.TEXT, quoted('\'', false));
    }
    if (c == 'E' && sql.startsWith("'", at + 1)) {
      at++;
      return new Token(Token.Kind.TEXT, quoted('\'', true));
    }
    if (Character.isLetter(c) || c == '_') {
      return new Token(Token.Kind.WORD, run(false));
    }
    boolean signed = c == '-' && at + 1 < sql.length() && Character.isDigit(sql.charAt(at + 1));
    if (Character.isDigit(c) || signed) {
      return new Token(Token.Kind.NUMBER, run(signed));
    }
    at++;
    return new Token(Token.Kind.SIGN, String.valueOf(c));
  }

  private String run(boolean signed) {
    int from = at;
    at += signed ? 1 : 0;
    boolean number = Character.isDigit(sql.charAt(at));
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (Character.isLetterOrDigit(c) || c == '_' || c == '$' || (number && c == '.')) {
        at++;
      } else {
        break;
      }
    }
    return sql.substring(from, at);
  }

  /** Up to the closing quote; a doubled one stands for itself. */
  private String quoted(char quote, boolean escapes) throws GlobalsException {
    var text = new StringBuilder();
    for (at++; at < sql.length(); at++) {
      char c = sql.charAt(at);
      boolean doubled = at + 1 < sql.length() && sql.charAt(at + 1) == c;
      if (c == quote && !doubled) {
        at++;
        return text.toString();
      }
      if (escapes && c == '\\' && !doubled) {
        throw new GlobalsException("a literal has an escape that pg_dumpall does not write");
      }
      if (c == quote || escapes && c == '\\') {
        at++;
      }
      text.append(c);
    }
    throw new GlobalsException("a quote is not closed");
  }
}
