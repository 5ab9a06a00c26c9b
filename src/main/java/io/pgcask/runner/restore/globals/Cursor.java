package io.pgcask.runner.restore.globals;

import io.pgcask.postgres.lexer.SqlToken;
import java.util.ArrayList;
import java.util.List;

/** Reads the tokens of one statement; what was not expected throws. */
final class Cursor {
  private final List<SqlToken> tokens;
  private int at;

  Cursor(List<SqlToken> tokens) {
    this.tokens = tokens;
  }

  /** Takes keywords if they come next, all of them. */
  boolean takes(String... keywords) {
    if (at + keywords.length > tokens.size()) {
      return false;
    }
    for (int i = 0; i < keywords.length; i++) {
      if (!tokens.get(at + i).is(keywords[i])) {
        return false;
      }
    }
    at += keywords.length;
    return true;
  }

  /** Takes a sign if it comes next. */
  boolean takes(char sign) {
    if (at < tokens.size() && tokens.get(at).is(Character.toString(sign))) {
      at++;
      return true;
    }
    return false;
  }

  /** Keywords that must come next. */
  void keywords(String... keywords) throws GlobalsException {
    if (!takes(keywords)) {
      throw unexpected();
    }
  }

  /** A sign that must come next. */
  void sign(char sign) throws GlobalsException {
    if (!takes(sign)) {
      throw unexpected();
    }
  }

  /** A name that must come next. */
  String name() throws GlobalsException {
    var token = next();
    if (!token.isName()) {
      throw unexpected();
    }
    return token.name();
  }

  /** A literal that must come next. */
  String text() throws GlobalsException {
    return next().string().orElseThrow(this::unexpected);
  }

  /** A whole number that must come next, perhaps with a minus. */
  int number() throws GlobalsException {
    try {
      return Integer.parseInt(signed());
    } catch (NumberFormatException e) {
      throw unexpected();
    }
  }

  /** A value of a setting: a literal, a number or a word. */
  String value() throws GlobalsException {
    if (at < tokens.size() && tokens.get(at).string().isPresent()) {
      return text();
    }
    if (at < tokens.size() && tokens.get(at).isName()) {
      var name = next();
      return name.kind() == SqlToken.Kind.WORD ? name.text() : name.name();
    }
    return signed();
  }

  /** Values with commas between them. */
  List<String> values() throws GlobalsException {
    var values = new ArrayList<String>();
    do {
      values.add(value());
    } while (takes(','));
    return values;
  }

  /** Whether a keyword comes somewhere behind. */
  boolean has(String keyword) {
    return tokens.stream().skip(at).anyMatch(token -> token.is(keyword));
  }

  /** Whether everything was read. */
  boolean atEnd() {
    return at == tokens.size();
  }

  /** Nothing may follow. */
  void end() throws GlobalsException {
    if (!atEnd()) {
      throw unexpected();
    }
  }

  /** The statement is none that was expected; its first words tell which, its values do not. */
  GlobalsException unexpected() {
    var words =
        tokens.stream()
            .takeWhile(token -> token.kind() == SqlToken.Kind.WORD)
            .limit(3)
            .map(SqlToken::text)
            .toList();
    return new GlobalsException(
        "it has a statement that is not understood: " + String.join(" ", words) + " ...");
  }

  private String signed() throws GlobalsException {
    var sign = takes('-') ? "-" : "";
    var token = next();
    if (token.kind() != SqlToken.Kind.NUMBER) {
      throw unexpected();
    }
    return sign + token.text();
  }

  private SqlToken next() throws GlobalsException {
    if (atEnd()) {
      throw unexpected();
    }
    return tokens.get(at++);
  }
}
