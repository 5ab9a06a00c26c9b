package io.pgcask.runner.database;

import io.pgcask.runner.database.NameRegex.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Reads a regular expression of PostgreSQL, see {@link NameRegex}. */
final class NameRegexParser {
  /** PostgreSQL's DUPMAX. */
  private static final int MOST_REPETITIONS = 255;

  private static final int END = -1;

  private final int[] regex;
  private int at;

  NameRegexParser(String regex) {
    this.regex = regex.codePoints().toArray();
  }

  Node parse() throws InvalidPatternException {
    var node = choice();
    if (peek() != END) {
      throw invalid("parentheses are not balanced");
    }
    return node;
  }

  private Node choice() throws InvalidPatternException {
    var branches = new ArrayList<Node>();
    branches.add(sequence());
    while (take('|')) {
      branches.add(sequence());
    }
    return branches.size() == 1 ? branches.getFirst() : new Node.Choice(List.copyOf(branches));
  }

  private Node sequence() throws InvalidPatternException {
    var parts = new ArrayList<Node>();
    while (peek() != END && peek() != '|' && peek() != ')') {
      parts.add(repeated(atom()));
    }
    return new Node.Sequence(List.copyOf(parts));
  }

  private Node repeated(Node atom) throws InvalidPatternException {
    Node node;
    if (take('*')) {
      node = new Node.Repeat(atom, 0, Integer.MAX_VALUE);
    } else if (take('+')) {
      node = new Node.Repeat(atom, 1, Integer.MAX_VALUE);
    } else if (take('?')) {
      node = new Node.Repeat(atom, 0, 1);
    } else if (peek() == '{' && at + 1 < regex.length && isDigit(regex[at + 1])) {
      at++;
      node = bounds(atom);
    } else {
      return atom;
    }
    if (atom instanceof Node.Edge || startsQuantifier()) {
      throw invalid("a quantifier has nothing to repeat");
    }
    return node;
  }

  private boolean startsQuantifier() {
    return peek() == '*'
        || peek() == '+'
        || peek() == '?'
        || peek() == '{' && at + 1 < regex.length && isDigit(regex[at + 1]);
  }

  private Node bounds(Node atom) throws InvalidPatternException {
    int least = number();
    int most = least;
    if (take(',')) {
      most = isDigit(peek()) ? number() : Integer.MAX_VALUE;
    }
    if (!take('}') || most < least) {
      throw invalid("the numbers in braces are no bounds");
    }
    return new Node.Repeat(atom, least, most);
  }

  private int number() throws InvalidPatternException {
    int number = 0;
    while (isDigit(peek())) {
      number = 10 * number + next() - '0';
      if (number > MOST_REPETITIONS) {
        throw invalid("more than 255 repetitions");
      }
    }
    return number;
  }

  private Node atom() throws InvalidPatternException {
    if (startsQuantifier()) {
      throw invalid("a quantifier has nothing to repeat");
    }
    int c = next();
    return switch (c) {
      case '(' -> {
        var group = choice();
        if (!take(')')) {
          throw invalid("parentheses are not balanced");
        }
        yield group;
      }
      case '.' -> new Node.One(any -> true);
      case '^' -> new Node.Edge(false);
      case '$' -> new Node.Edge(true);
      case '[' -> new Node.One(brackets());
      case '\\' -> new Node.One(escape());
      default -> new Node.One(same(c));
    };
  }

  private IntPredicate escape() throws InvalidPatternException {
    int c = next();
    return switch (c) {
      case 'd' -> Character::isDigit;
      case 'D' -> not(Character::isDigit);
      case 's' -> Character::isWhitespace;
      case 'S' -> not(Character::isWhitespace);
      case 'w' -> NameRegexParser::isWord;
      case 'W' -> not(NameRegexParser::isWord);
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw invalid("the escape \\" + Character.toString(c) + " is not supported");
        }
        yield same(c);
      }
    };
  }

  private IntPredicate brackets() throws InvalidPatternException {
    boolean negated = take('^');
    IntPredicate fits = none -> false;
    boolean first = true;
    while (first || peek() != ']') {
      first = false;
      fits = fits.or(bracketItem());
    }
    at++;
    return negated ? not(fits) : fits;
  }

  private IntPredicate bracketItem() throws InvalidPatternException {
    int from = next();
    if (from == '[' && (peek() == ':' || peek() == '.' || peek() == '=')) {
      return characterClass();
    }
    if (from == '\\') {
      return escape();
    }
    if (peek() != '-' || at + 1 >= regex.length || regex[at + 1] == ']') {
      return same(from);
    }
    at++;
    int to = next();
    if (to == '\\') {
      to = next();
    }
    if (to < from) {
      throw invalid("a range ends before it begins");
    }
    int last = to;
    return c -> from <= c && c <= last;
  }

  private IntPredicate characterClass() throws InvalidPatternException {
    var name = new StringBuilder();
    int mark = next();
    while (peek() != mark) {
      name.appendCodePoint(next());
    }
    at++;
    if (!take(']') || mark != ':') {
      throw invalid("an expression in brackets is not supported");
    }
    return switch (name.toString()) {
      case "alpha" -> Character::isLetter;
      case "digit" -> Character::isDigit;
      case "alnum" -> Character::isLetterOrDigit;
      case "upper" -> Character::isUpperCase;
      case "lower" -> Character::isLowerCase;
      case "space" -> Character::isWhitespace;
      case "word" -> NameRegexParser::isWord;
      case "blank" -> c -> c == ' ' || c == '\t';
      case "punct" -> c -> c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
      case "xdigit" -> c -> Character.digit(c, 16) >= 0 && c < 0x7f;
      default -> throw invalid("there is no class [:" + name + ":]");
    };
  }

  private static boolean isWord(int c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static IntPredicate same(int expected) {
    return c -> c == expected;
  }

  private static IntPredicate not(IntPredicate predicate) {
    return predicate.negate();
  }

  private int peek() {
    return at < regex.length ? regex[at] : END;
  }

  private boolean take(int c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private int next() throws InvalidPatternException {
    if (peek() == END) {
      throw invalid("it ends too early");
    }
    return regex[at++];
  }

  private static InvalidPatternException invalid(String why) {
    return new InvalidPatternException("it is no regular expression: " + why);
  }
}
