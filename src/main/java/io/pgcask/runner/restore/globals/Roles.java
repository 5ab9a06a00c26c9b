package io.pgcask.runner.restore.globals;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads statements that make roles, behind their first words. */
final class Roles {
  private static final String NOT = "NO";

  private Roles() {}

  /** What follows {@code ALTER ROLE name WITH}. */
  static Role attributes(Cursor sql, String name) throws GlobalsException {
    var attributes = EnumSet.noneOf(Role.Attribute.class);
    boolean inherits = true;
    var limit = Optional.<Integer>empty();
    var password = Optional.<String>empty();
    var validUntil = Optional.<String>empty();
    while (!sql.atEnd()) {
      if (sql.takes("CONNECTION", "LIMIT")) {
        limit = Optional.of(sql.number());
      } else if (sql.takes("PASSWORD")) {
        password = Optional.of(sql.text());
      } else if (sql.takes("VALID", "UNTIL")) {
        validUntil = Optional.of(sql.text());
      } else if (sql.takes("INHERIT")) {
        inherits = true;
      } else if (sql.takes("NOINHERIT")) {
        inherits = false;
      } else {
        flag(sql, attributes);
      }
    }
    return new Role(name, Set.copyOf(attributes), inherits, limit, password, validUntil);
  }

  private static void flag(Cursor sql, Set<Role.Attribute> attributes) throws GlobalsException {
    for (var attribute : Role.Attribute.values()) {
      if (sql.takes(attribute.name())) {
        attributes.add(attribute);
        return;
      }
      if (sql.takes(NOT + attribute.name())) {
        attributes.remove(attribute);
        return;
      }
    }
    throw sql.unexpected();
  }

  /** Name of the role that a backup of one database makes if need be, see ReferencedRoles. */
  static String referenced(Cursor sql) throws GlobalsException {
    sql.keywords("pg_catalog");
    sql.sign('.');
    sql.keywords("format");
    sql.sign('(');
    if (!sql.text().equals("CREATE ROLE %I NOLOGIN")) {
      throw sql.unexpected();
    }
    sql.sign(',');
    var name = sql.text();
    sql.sign(')');
    sql.keywords("WHERE", "NOT", "EXISTS");
    sql.sign('(');
    sql.keywords("SELECT", "FROM", "pg_catalog");
    sql.sign('.');
    sql.keywords("pg_roles", "WHERE", "rolname");
    sql.sign('=');
    if (!sql.text().equals(name)) {
      throw sql.unexpected();
    }
    sql.sign(')');
    return name;
  }
}
