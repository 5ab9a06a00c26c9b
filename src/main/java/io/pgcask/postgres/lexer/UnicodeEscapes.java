package io.pgcask.postgres.lexer;

import java.util.HexFormat;
import java.util.Optional;

/**
 * Names with Unicode escapes: {@code \XXXX}, {@code \+XXXXXX} and {@code \\}, or with another
 * character than the backslash that {@code UESCAPE} gives.
 *
 * <p>Source: 4.1.1 in PostgreSQL's manual; {@code str_udeescape} in parser.c.
 */
final class UnicodeEscapes {
  private static final int SHORT = 4;
  private static final int LONG = 6;

  private UnicodeEscapes() {}

  /** What a name is; empty if PostgreSQL refuses it. */
  static Optional<String> name(SqlToken token) {
    var text = token.text();
    int closing = text.indexOf('"', "U&\"".length());
    while (text.startsWith("\"\"", closing)) {
      closing = text.indexOf('"', closing + 2);
    }
    var body = text.substring("U&\"".length(), closing).replace("\"\"", "\"");
    return escape(text.substring(closing + 1)).flatMap(escape -> decoded(body, escape));
  }

  /** What stands behind the name is nothing, or UESCAPE and a text of one character. */
  private static Optional<Character> escape(String behind) {
    var tokens = SqlLexer.tokens(behind, false);
    return tokens.isEmpty()
        ? Optional.of('\\')
        : tokens.getLast().string().filter(c -> c.length() == 1).map(c -> c.charAt(0));
  }

  private static Optional<String> decoded(String body, char escape) {
    var name = new StringBuilder(body.length());
    for (int at = 0; at < body.length(); ) {
      if (body.charAt(at) != escape) {
        name.append(body.charAt(at++));
      } else if (at + 1 < body.length() && body.charAt(at + 1) == escape) {
        name.append(escape);
        at += 2;
      } else {
        boolean isLong = body.startsWith("+", at + 1);
        int from = at + (isLong ? 2 : 1);
        at = from + (isLong ? LONG : SHORT);
        if (!isHex(body, from, at) || !append(name, HexFormat.fromHexDigits(body, from, at))) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(name.toString());
  }

  private static boolean isHex(String body, int from, int to) {
    return to <= body.length()
        && body.substring(from, to).chars().allMatch(c -> Characters.isDigit((char) c, 16));
  }

  /** Half of a pair joins the other half by itself: that is how Java keeps characters. */
  private static boolean append(StringBuilder name, int character) {
    boolean valid = character != 0 && Character.isValidCodePoint(character);
    if (valid) {
      name.appendCodePoint(character);
    }
    return valid;
  }
}
