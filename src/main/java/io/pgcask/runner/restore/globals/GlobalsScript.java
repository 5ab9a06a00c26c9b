package io.pgcask.runner.restore.globals;

import io.pgcask.postgres.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a {@code globals.sql} makes.
 *
 * <p>Source of what there may be: pg_dumpall.c of 14 to 18 ({@code dumpRoles}, {@code
 * dumpRoleMembership}, {@code dumpUserConfig}, {@code dumpRoleGUCPrivs}, {@code dumpTablespaces}),
 * and io.pgcask.runner.backup.ReferencedRoles. Who granted something is left out: whoever restores
 * grants it.
 */
public final class GlobalsScript {
  private final Map<String, Role> roles = new LinkedHashMap<>();
  private final Map<List<String>, Membership> memberships = new LinkedHashMap<>();
  private final List<Addition> ofRoles = new ArrayList<>();
  private final Map<String, Tablespace> tablespaces = new LinkedHashMap<>();
  private final List<Addition> ofTablespaces = new ArrayList<>();

  private GlobalsScript() {}

  /**
   * Reads a script.
   *
   * @throws GlobalsException if any statement of it is not understood
   */
  public static GlobalsScript parse(String sql) throws GlobalsException {
    var script = new GlobalsScript();
    var statements = new Statements(sql);
    for (var tokens = statements.next(); tokens.isPresent(); tokens = statements.next()) {
      var cursor = new Cursor(tokens.get());
      script.statement(cursor);
      cursor.end();
    }
    return script;
  }

  /** In the order of the script. */
  public Collection<Role> roles() {
    return roles.values();
  }

  /** In the order of the script, each pair once. */
  public Collection<Membership> memberships() {
    return memberships.values();
  }

  /** Settings, comments, labels and rights of roles. */
  public List<Addition> ofRoles() {
    return ofRoles;
  }

  /** In the order of the script. */
  public Collection<Tablespace> tablespaces() {
    return tablespaces.values();
  }

  /** Options, comments, labels and rights of tablespaces. */
  public List<Addition> ofTablespaces() {
    return ofTablespaces;
  }

  private void statement(Cursor sql) throws GlobalsException {
    if (sql.takes("CREATE", "ROLE")) {
      add(Role.named(sql.name()));
    } else if (sql.takes("ALTER", "ROLE")) {
      alterRole(sql);
    } else if (sql.takes("CREATE", "TABLESPACE")) {
      tablespace(sql);
    } else if (sql.takes("ALTER", "TABLESPACE")) {
      options(sql);
    } else if (sql.takes("GRANT")) {
      grant(sql);
    } else if (sql.takes("REVOKE")) {
      Grants.revoke(sql);
    } else if (sql.takes("COMMENT", "ON")) {
      describe(sql, "COMMENT ON ");
    } else if (sql.takes("SECURITY", "LABEL", "FOR")) {
      var provider = sql.name();
      sql.keywords("ON");
      describe(sql, "SECURITY LABEL FOR %s ON ".formatted(Sql.identifier(provider)));
    } else if (sql.takes("SELECT")) {
      add(Role.named(Roles.referenced(sql)));
    } else {
      setting(sql);
    }
  }

  private void add(Role role) throws GlobalsException {
    if (roles.putIfAbsent(role.name(), role) != null) {
      throw new GlobalsException("it makes a role twice");
    }
  }

  private void alterRole(Cursor sql) throws GlobalsException {
    var name = sql.name();
    if (sql.takes("SET")) {
      ofRoles.add(Addition.to(name, "ALTER ROLE " + Sql.identifier(name) + " " + set(sql)));
      return;
    }
    sql.keywords("WITH");
    if (!roles.containsKey(name)) {
      throw new GlobalsException("it changes a role that it does not make");
    }
    roles.put(name, Roles.attributes(sql, name));
  }

  /** {@code SET name TO value, ...}, behind its first word. */
  private static String set(Cursor sql) throws GlobalsException {
    var variable = new StringBuilder(sql.name());
    while (sql.takes('.')) {
      variable.append('.').append(sql.name());
    }
    if (!sql.takes('=')) {
      sql.keywords("TO");
    }
    return "SET %s TO %s"
        .formatted(
            Sql.identifier(variable.toString()),
            sql.values().stream().map(Sql::literal).collect(Collectors.joining(", ")));
  }

  private void tablespace(Cursor sql) throws GlobalsException {
    var name = sql.name();
    sql.keywords("OWNER");
    var owner = sql.name();
    sql.keywords("LOCATION");
    if (tablespaces.putIfAbsent(name, new Tablespace(name, owner, sql.text())) != null) {
      throw new GlobalsException("it makes a tablespace twice");
    }
  }

  private void options(Cursor sql) throws GlobalsException {
    var name = sql.name();
    sql.keywords("SET");
    sql.sign('(');
    var options = new ArrayList<String>();
    do {
      var option = Sql.identifier(sql.name());
      sql.sign('=');
      options.add(option + "=" + Sql.literal(sql.value()));
    } while (sql.takes(','));
    sql.sign(')');
    ofTablespaces.add(
        Addition.to(
            name,
            "ALTER TABLESPACE %s SET (%s)"
                .formatted(Sql.identifier(name), String.join(", ", options))));
  }

  private void grant(Cursor sql) throws GlobalsException {
    if (sql.has("ON")) {
      var right = Grants.right(sql);
      (right.onTablespace() ? ofTablespaces : ofRoles).add(right.addition());
    } else {
      var membership = Grants.membership(sql);
      memberships.merge(
          List.of(membership.group(), membership.member()), membership, Membership::or);
    }
  }

  private void describe(Cursor sql, String what) throws GlobalsException {
    boolean role = sql.takes("ROLE");
    if (!role) {
      sql.keywords("TABLESPACE");
    }
    var name = sql.name();
    sql.keywords("IS");
    (role ? ofRoles : ofTablespaces)
        .add(
            Addition.to(
                name,
                "%s%s %s IS %s"
                    .formatted(
                        what,
                        role ? "ROLE" : "TABLESPACE",
                        Sql.identifier(name),
                        Sql.literal(sql.text()))));
  }

  /** How the script is to be read; and on whose behalf something is granted, which is left out. */
  private static void setting(Cursor sql) throws GlobalsException {
    if (sql.takes("RESET", "SESSION", "AUTHORIZATION")) {
      return;
    }
    sql.keywords("SET");
    if (sql.takes("SESSION", "AUTHORIZATION")) {
      sql.value();
      return;
    }
    var name = sql.name();
    sql.sign('=');
    var value = sql.value();
    boolean understood =
        switch (name) {
          case "default_transaction_read_only", "escape_string_warning" -> true;
          case "client_encoding" -> value.equals("UTF8");
          case "standard_conforming_strings" -> value.equals("on");
          default -> false;
        };
    if (!understood) {
      throw sql.unexpected();
    }
  }
}
