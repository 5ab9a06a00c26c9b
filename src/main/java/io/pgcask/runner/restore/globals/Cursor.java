package io.pgcask.runner.restore.globals;

import java.util.ArrayList;
import java.util.List;

/** Reads the tokens of one statement; what was not expected throws. */
final class Cursor {
  private final List<Token> tokens;
  private int at;

  Cursor(List<Token> tokens) {
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
    if (at < tokens.size() && tokens.get(at).is(sign)) {
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
    return of(Token.Kind.TEXT);
  }

  /** A whole number that must come next. */
  int number() throws GlobalsException {
    try {
      return Integer.parseInt(of(Token.Kind.NUMBER));
    } catch (NumberFormatException e) {
      throw unexpected();
    }
  }

  /** A value of a setting: a literal, a number or a word. */
  String value() throws GlobalsException {
    var token = next();
    if (token.kind() == Token.Kind.SIGN) {
      throw unexpected();
    }
    return token.text();
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
            .takeWhile(token -> token.kind() == Token.Kind.WORD)
            .limit(3)
            .map(Token::text)
            .toList();
    return new GlobalsException(
        "it has a statement that is not understood: " + String.join(" ", words) + " ...");
  }

  private String of(Token.Kind kind) throws GlobalsException {
    var token = next();
    if (token.kind() != kind) {
      throw unexpected();
    }
    return token.text();
  }

  private Token next() throws GlobalsException {
    if (atEnd()) {
      throw unexpected();
    }
    return tokens.get(at++);
  }
}
