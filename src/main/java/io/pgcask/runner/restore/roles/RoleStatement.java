package io.pgcask.runner.restore.roles;

import io.pgcask.postgres.Sql;
import io.pgcask.postgres.lexer.SqlLexer;
import io.pgcask.postgres.lexer.SqlToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One statement of an archive, and where roles are named in it. Nothing but such a name is ever
 * changed.
 *
 * <p>Source: the synopses of GRANT, REVOKE, ALTER DEFAULT PRIVILEGES, CREATE POLICY, CREATE USER
 * MAPPING and SET SESSION AUTHORIZATION in PostgreSQL's manual.
 */
final class RoleStatement {
  /** What may stand in the place of a role and is none. */
  private static final Set<String> NO_ROLES =
      Set.of("PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER", "DEFAULT", "NONE");

  private static final String PUBLIC = "public";

  private final String sql;
  private final boolean backslashes;
  private final List<SqlToken> tokens;
  private final List<SqlToken> roles = new ArrayList<>();

  private RoleStatement(String sql, boolean backslashes, List<SqlToken> tokens) {
    this.sql = sql;
    this.backslashes = backslashes;
    this.tokens = tokens;
    find();
  }

  /**
   * The statements of a text, without their semicolons.
   *
   * @param backslashes see {@link SqlLexer}
   */
  static List<RoleStatement> parse(String sql, boolean backslashes) {
    var statements = new ArrayList<RoleStatement>();
    var tokens = new ArrayList<SqlToken>();
    int depth = 0;
    for (var token : SqlLexer.tokens(sql, backslashes)) {
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      if (depth != 0 || !token.is(";")) {
        tokens.add(token);
      } else if (!tokens.isEmpty()) {
        statements.add(new RoleStatement(sql, backslashes, List.copyOf(tokens)));
        tokens.clear();
      }
    }
    if (!tokens.isEmpty()) {
      statements.add(new RoleStatement(sql, backslashes, List.copyOf(tokens)));
    }
    return List.copyOf(statements);
  }

  private void find() {
    if (begins("GRANT")) {
      granted("TO", 1);
    } else if (begins("REVOKE")) {
      granted("FROM", 1);
    } else if (begins("ALTER", "DEFAULT", "PRIVILEGES")) {
      int at = 3;
      if (is(at, "FOR") && (is(at + 1, "ROLE") || is(at + 1, "USER"))) {
        at = list(at + 2);
      }
      if (is(at, "IN") && is(at + 1, "SCHEMA")) {
        at = names(at + 2); // one may be called revoke
      }
      granted(after("REVOKE", at).isPresent() ? "FROM" : "TO", at);
    } else if (begins("CREATE", "POLICY")) {
      after("TO", 2).ifPresent(this::list);
    } else if (begins("CREATE", "USER", "MAPPING")) {
      after("FOR", 3).ifPresent(this::role);
    } else if (becomes()) {
      role(3);
    } else if (begins("ALTER")) {
      after("OWNER", 1).filter(at -> is(at, "TO")).ifPresent(at -> role(at + 1));
    }
  }

  private void granted(String keyword, int from) {
    after(keyword, from)
        .map(this::list)
        .flatMap(end -> after("GRANTED", end))
        .filter(at -> is(at, "BY"))
        .ifPresent(at -> role(at + 1));
  }

  /** Whether it makes the session another role. */
  boolean becomes() {
    return begins("SET", "SESSION", "AUTHORIZATION");
  }

  /** Whether it makes the session its own role again. */
  boolean resets() {
    return begins("RESET", "SESSION", "AUTHORIZATION");
  }

  private boolean begins(String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (!is(i, keywords[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean is(int index, String keyword) {
    return index >= 0 && index < tokens.size() && tokens.get(index).is(keyword);
  }

  /** The place behind a keyword that stands in no parentheses; behind a dot it is a name. */
  private Optional<Integer> after(String keyword, int from) {
    int depth = 0;
    for (int i = from; i < tokens.size(); i++) {
      var token = tokens.get(i);
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      if (depth == 0 && token.is(keyword) && !is(i - 1, ".")) {
        return Optional.of(i + 1);
      }
    }
    return Optional.empty();
  }

  /** Names with commas between them; returns the place behind the last. */
  private int list(int from) {
    int at = role(from);
    while (is(at, ",")) {
      at = role(at + 1);
    }
    return at;
  }

  /** The place behind names of something else with commas between them. */
  private int names(int from) {
    int at = from + 1;
    while (is(at, ",")) {
      at += 2;
    }
    return at;
  }

  private int role(int from) {
    int at = is(from, "GROUP") && from + 1 < tokens.size() && tokens.get(from + 1).isName() ? 1 : 0;
    if (from + at < tokens.size() && tokens.get(from + at).isName()) {
      var token = tokens.get(from + at);
      if (NO_ROLES.stream().noneMatch(token::is) && !token.name().equals(PUBLIC)) {
        roles.add(token);
      }
    }
    return from + at + 1;
  }

  /** The roles that it names. */
  List<String> roles() {
    return roles.stream().map(SqlToken::name).toList();
  }

  /** The statement, with other names for its roles. */
  String withRoles(UnaryOperator<String> names) {
    var text = new StringBuilder();
    int at = tokens.getFirst().start();
    for (var role : roles) {
      var name = names.apply(role.name());
      text.append(sql, at, role.start());
      text.append(
          name.equals(role.name())
              ? sql.substring(role.start(), role.end())
              : Sql.identifier(name));
      at = role.end();
    }
    return text.append(sql, at, tokens.getLast().end()).toString();
  }

  /** The same of another large object. */
  RoleStatement ofLargeObject(String oid) {
    var at = after("LARGE", 0).filter(place -> is(place, "OBJECT")).map(place -> place + 1);
    if (at.isEmpty() || tokens.get(at.get()).kind() != SqlToken.Kind.NUMBER) {
      return this;
    }
    var number = tokens.get(at.get());
    return parse(
            sql.substring(tokens.getFirst().start(), number.start())
                + oid
                + sql.substring(number.end(), tokens.getLast().end()),
            backslashes)
        .getFirst();
  }
}
