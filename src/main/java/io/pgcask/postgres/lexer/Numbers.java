package io.pgcask.postgres.lexer;

/**
 * Where numbers end.
 *
 * <p>Source: 4.1.2.6 in PostgreSQL's manual; {@code decinteger}, {@code hexinteger}, {@code
 * numeric}, {@code numericfail}, {@code real} and {@code param} in scan.l.
 */
final class Numbers {
  private Numbers() {}

  /** Whether a number begins here, perhaps with its point. */
  static boolean begins(String sql, int at) {
    return isDigit(sql, at) || sql.charAt(at) == '.' && isDigit(sql, at + 1);
  }

  static boolean isDigit(String sql, int at) {
    return at < sql.length() && Characters.isDigit(sql.charAt(at));
  }

  /**
   * Behind the number that begins here. Two points after it are those of a range. Where a letter
   * follows, only servers up to 14 take the text, which know neither underscores nor other bases.
   */
  static int end(String sql, int from) {
    int end = newer(sql, from);
    return end < sql.length() && Characters.isOfName(sql.charAt(end))
        ? decimal(sql, from, Numbers::plainDigits)
        : end;
  }

  private static int newer(String sql, int from) {
    int base = base(sql, from);
    int end = base == 10 ? from : digits(sql, from + 2, base);
    return end > from + 2 ? end : decimal(sql, from, Numbers::digits);
  }

  /** Where some digits end, if there are any. */
  @FunctionalInterface
  private interface Digits {
    int end(String sql, int from);
  }

  private static int decimal(String sql, int from, Digits digits) {
    int end = digits.end(sql, from);
    if (sql.startsWith(".", end) && !sql.startsWith("..", end)) {
      end = digits.end(sql, end + 1);
    }
    if (sql.startsWith("e", end) || sql.startsWith("E", end)) {
      int sign = sql.startsWith("+", end + 1) || sql.startsWith("-", end + 1) ? 1 : 0;
      int exponent = end + 1 + sign;
      return isDigit(sql, exponent) ? digits.end(sql, exponent) : end;
    }
    return end;
  }

  /** Behind digits of the base of 10 with nothing between them. */
  static int plainDigits(String sql, int from) {
    int end = from;
    while (isDigit(sql, end)) {
      end++;
    }
    return end;
  }

  private static int base(String sql, int from) {
    if (from + 1 >= sql.length() || sql.charAt(from) != '0') {
      return 10;
    }
    return switch (Characters.small(sql.charAt(from + 1))) {
      case 'x' -> 16;
      case 'o' -> 8;
      case 'b' -> 2;
      default -> 10;
    };
  }

  private static int digits(String sql, int from) {
    return isDigit(sql, from) ? digits(sql, from, 10) : from;
  }

  /** Behind digits, each of which may have one underscore before it. */
  private static int digits(String sql, int from, int base) {
    int end = from;
    while (end < sql.length()) {
      int digit = sql.charAt(end) == '_' ? end + 1 : end;
      if (digit == sql.length() || !Characters.isDigit(sql.charAt(digit), base)) {
        break;
      }
      end = digit + 1;
    }
    return end;
  }
}
