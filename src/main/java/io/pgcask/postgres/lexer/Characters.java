package io.pgcask.postgres.lexer;

/**
 * What PostgreSQL's scanner makes of single characters: none but those of ASCII is a blank, a digit
 * or a capital, and all others are letters.
 *
 * <p>Source: the definitions of {@code space}, {@code ident_start}, {@code ident_cont} and {@code
 * quotecontinue} in scan.l; {@code downcase_identifier} in scansup.c.
 */
final class Characters {
  private Characters() {}

  static boolean isBlank(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  static boolean isEndOfLine(char c) {
    return c == '\n' || c == '\r';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** A digit of a number to the base of 2, 8, 10 or 16. */
  static boolean isDigit(char c, int base) {
    return c < 0x80 && Character.digit(c, base) >= 0;
  }

  static boolean beginsName(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
  }

  static boolean isOfName(char c) {
    return beginsName(c) || isDigit(c) || c == '$';
  }

  /** Whatever the locale, and without the letters that only Unicode takes for capitals. */
  static char small(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  static String small(String word) {
    var small = new StringBuilder(word.length());
    word.chars().forEach(c -> small.append(small((char) c)));
    return small.toString();
  }

  /** The end of the line, where a comment ends too; it is no part of either. */
  static int endOfLine(String sql, int from) {
    int at = from;
    while (at < sql.length() && !isEndOfLine(sql.charAt(at))) {
      at++;
    }
    return at;
  }

  /**
   * Where a text in single quotes goes on behind a quote that could be its last: behind the next
   * quote, if there are an end of a line and nothing but blanks and comments of two dashes between
   * them.
   *
   * @return -1 if it does not go on
   */
  static int continuation(String sql, int from) {
    boolean line = false;
    for (int at = from; at < sql.length(); ) {
      char c = sql.charAt(at);
      if (isBlank(c)) {
        line |= isEndOfLine(c);
        at++;
      } else if (c == '-' && sql.startsWith("--", at)) {
        at = endOfLine(sql, at);
      } else {
        return line && c == '\'' ? at + 1 : -1;
      }
    }
    return -1;
  }
}
