package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.postgres.ProviderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passes on what pg_dumpall writes, statement by statement, without those about the roles that a
 * provider keeps for itself: nobody could run them elsewhere. Bytes are passed on as they are.
 *
 * <p>It finds the ends of statements by itself, not by {@link io.pgcask.postgres.lexer.SqlLexer},
 * since that reads a text in memory, and this a stream of bytes whose encoding does not matter. It
 * knows the forms that pg_dumpall writes, no others: what it reads comes from that program.
 */
final class GlobalsFilter {
  /** What pg_dumpall ends with, if it got there. */
  static final String CLOSING_LINE = "-- PostgreSQL database cluster dump complete";

  /** A longer statement than any role has; its comment may take a lot. */
  private static final int MAX_STATEMENT = 4 << 20;

  private static final String NAME = "(\"(?:[^\"]|\"\")*\"|[^\\s;\"]+)";

  private static final Pattern ABOUT_ROLE =
      Pattern.compile(
          "(?:CREATE ROLE|ALTER ROLE|COMMENT ON ROLE|SECURITY LABEL FOR \\S+ ON ROLE) "
              + NAME
              + ".*",
          Pattern.DOTALL);

  private static final Pattern MEMBERSHIP =
      Pattern.compile("GRANT " + NAME + " TO " + NAME + ".*", Pattern.DOTALL);

  /** Who granted it is the one who restores it, if it was the provider. */
  private static final Pattern GRANTOR =
      Pattern.compile("(GRANT .*) GRANTED BY " + NAME + ";", Pattern.DOTALL);

  private final OutputStream out;
  private final Provider provider;
  private final StringBuilder statement = new StringBuilder();

  private int begin;
  private int dropped;
  private boolean complete;

  /**
   * Into a stream.
   *
   * @param provider who runs the server
   */
  GlobalsFilter(OutputStream out, Provider provider) {
    this.out = out;
    this.provider = provider;
  }

  /** How many statements were left out. */
  int dropped() {
    return dropped;
  }

  /** Whether the closing line has come, behind the last statement. */
  boolean isComplete() {
    return complete;
  }

  /**
   * Passes everything on.
   *
   * @throws IOException if a statement is longer than anybody would write one
   */
  void copy(InputStream in) throws IOException {
    var state = State.CODE;
    int before = 0;
    for (int c = in.read(); c != -1; c = in.read()) {
      statement.append((char) c); // a byte: what is looked for is ASCII
      if (statement.length() > MAX_STATEMENT) {
        throw new IOException("pg_dumpall wrote a statement of more than 4 MiB");
      }
      state = next(state, before, c);
      if (state == State.CODE && c == ';') {
        pass();
      } else if (state == State.CODE && isBlank(statement, begin)) {
        begin = statement.length();
      }
      before = state == State.CODE && c == '-' ? '-' : 0;
    }
    complete = state == State.CODE && statement.indexOf(CLOSING_LINE) >= 0;
    flush();
  }

  private enum State {
    CODE,
    LITERAL,
    ESCAPED_LITERAL,
    ESCAPE,
    ESCAPED_QUOTE,
    NAME,
    COMMENT,
    META_COMMAND
  }

  private State next(State state, int before, int c) {
    return switch (state) {
      case CODE ->
          switch (c) {
            case '\'' -> isEscapedLiteral() ? State.ESCAPED_LITERAL : State.LITERAL;
            case '"' -> State.NAME;
            case '-' -> before == '-' ? State.COMMENT : State.CODE;
            case '\\' -> State.META_COMMAND;
            default -> State.CODE;
          };
      case LITERAL -> c == '\'' ? State.CODE : State.LITERAL;
      case ESCAPED_LITERAL ->
          switch (c) {
            case '\'' -> State.ESCAPED_QUOTE;
            case '\\' -> State.ESCAPE;
            default -> State.ESCAPED_LITERAL;
          };
      case ESCAPE -> State.ESCAPED_LITERAL;
      // a quote that doubles itself does not end the escapes
      case ESCAPED_QUOTE -> c == '\'' ? State.ESCAPED_LITERAL : next(State.CODE, before, c);
      case NAME -> c == '"' ? State.CODE : State.NAME;
      case COMMENT, META_COMMAND -> {
        if (c != '\n') {
          yield state;
        }
        begin = statement.length(); // a line of its own, before the statement
        yield State.CODE;
      }
    };
  }

  /** {@code E'...'}: pg_dumpall writes these where a literal holds a backslash. */
  private boolean isEscapedLiteral() {
    int quote = statement.length() - 1;
    return quote > 0
        && statement.charAt(quote - 1) == 'E'
        && (quote == 1 || !Character.isLetterOrDigit(statement.charAt(quote - 2)));
  }

  private static boolean isBlank(CharSequence text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The end of a statement: what comes before it, comments and blanks, is passed on in any case.
   */
  private void pass() throws IOException {
    var text = statement.substring(begin);
    if (isOfProvider(text)) {
      statement.setLength(begin);
      dropped++;
    } else {
      var grantor = GRANTOR.matcher(text);
      if (grantor.matches() && isOfProvider(grantor, 2)) {
        statement.setLength(begin);
        statement.append(grantor.group(1)).append(';');
      }
    }
    flush();
  }

  private void flush() throws IOException {
    out.write(statement.toString().getBytes(StandardCharsets.ISO_8859_1));
    statement.setLength(0);
    begin = 0;
  }

  private boolean isOfProvider(String statement) {
    var about = ABOUT_ROLE.matcher(statement);
    if (about.matches()) {
      return isOfProvider(about, 1);
    }
    var membership = MEMBERSHIP.matcher(statement);
    return membership.matches() && (isOfProvider(membership, 1) || isOfProvider(membership, 2));
  }

  private boolean isOfProvider(Matcher matcher, int group) {
    var name = matcher.group(group);
    return ProviderNames.isRole(
        name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name,
        provider);
  }
}
