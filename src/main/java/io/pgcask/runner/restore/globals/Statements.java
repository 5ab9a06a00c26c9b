package io.pgcask.runner.restore.globals;

import io.pgcask.postgres.lexer.SqlLexer;
import io.pgcask.postgres.lexer.SqlToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a script apart into statements. A statement ends with a semicolon or, as psql has it, with
 * {@code \gexec}. Of psql's other commands, those that pg_dumpall writes around a script since 2025
 * (restrict and its opposite) mean nothing here.
 */
final class Statements {
  private static final String EXECUTE = "gexec";

  private final SqlLexer lexer;

  /** Of a script that is read with {@code standard_conforming_strings = on}, the default. */
  Statements(String sql) {
    this.lexer = new SqlLexer(sql, false);
  }

  /**
   * The next statement, without blanks and comments.
   *
   * @return empty at the end of the script
   * @throws GlobalsException if a quote is not closed, a literal is of a form that is not expected,
   *     a statement has no end, or a psql command is not expected
   */
  Optional<List<SqlToken>> next() throws GlobalsException {
    var tokens = new ArrayList<SqlToken>();
    while (lexer.hasNext()) {
      var token = lexer.next();
      if (token.is(";")) {
        if (!tokens.isEmpty()) {
          return Optional.of(tokens);
        }
      } else if (token.is("\\")) {
        if (command(lexer.restOfLine().stripTrailing(), tokens.isEmpty())) {
          return Optional.of(tokens);
        }
      } else if (!token.isBlank()) {
        check(token);
        tokens.add(token);
      }
    }
    if (!tokens.isEmpty()) {
      throw new GlobalsException("its last statement has no end");
    }
    return Optional.empty();
  }

  /**
   * A command of psql; true if it ends the statement before it.
   *
   * @param line behind the backslash
   */
  private static boolean command(String line, boolean alone) throws GlobalsException {
    if (!alone && line.equals(EXECUTE)) {
      return true;
    }
    if (alone && (line.startsWith("restrict ") || line.startsWith("unrestrict "))) {
      return false;
    }
    throw new GlobalsException("it has a command of psql that nobody expects there");
  }

  private static void check(SqlToken token) throws GlobalsException {
    switch (token.kind()) {
      case UNCLOSED -> throw new GlobalsException("a quote or a comment is not closed");
      case ESCAPE_STRING -> {
        if (token.string().isEmpty()) {
          throw new GlobalsException("a literal has an escape that pg_dumpall does not write");
        }
      }
      default -> {
        // where it may stand, whoever reads the statement knows
      }
    }
  }
}
