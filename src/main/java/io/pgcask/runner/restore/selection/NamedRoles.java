package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The roles that entries name, and for what: what belongs to them, what they are granted, and what
 * else is about them. An archive holds no roles; pg_restore fails on what names one that is not
 * there.
 */
public final class NamedRoles {
  /**
   * What has an owner of its own; a part of a table has the table's. Source: {@code
   * _getObjectDescription} in PostgreSQL's {@code pg_backup_archiver.c}.
   */
  private static final Set<String> OWNED =
      Set.of(
          "AGGREGATE",
          "BLOB",
          "BLOB METADATA",
          "COLLATION",
          "CONVERSION",
          "DOMAIN",
          "EVENT TRIGGER",
          "FOREIGN DATA WRAPPER",
          "FOREIGN TABLE",
          "FUNCTION",
          "MATERIALIZED VIEW",
          "OPERATOR",
          "OPERATOR CLASS",
          "OPERATOR FAMILY",
          "PROCEDURAL LANGUAGE",
          "PROCEDURE",
          "PUBLICATION",
          "SCHEMA",
          "SEQUENCE",
          "SERVER",
          "STATISTICS",
          "SUBSCRIPTION",
          "TABLE",
          "TEXT SEARCH CONFIGURATION",
          "TEXT SEARCH DICTIONARY",
          "TYPE",
          "VIEW");

  private final SortedMap<String, Set<Use>> uses = new TreeMap<>();

  private NamedRoles() {}

  /** For what a role is named. */
  public enum Use {
    /** Something belongs to it, or it gives rights on what it will make. */
    OWNER,
    /** It is granted rights, or they are taken from it. */
    GRANTEE,
    /** A policy or a user mapping is for it. */
    SUBJECT
  }

  /**
   * Those of some entries.
   *
   * @param owners whether owners are restored
   * @param privileges whether rights are restored
   */
  public static NamedRoles of(List<ArchiveEntry> entries, boolean owners, boolean privileges) {
    var roles = new NamedRoles();
    for (var entry : entries) {
      var sql = DumpSql.of(entry.definition());
      switch (entry.desc()) {
        case "ACL", "DEFAULT ACL" -> {
          if (privileges) {
            roles.add(Use.GRANTEE, sql.namesAfter("TO"));
            roles.add(Use.GRANTEE, sql.namesAfter("FROM"));
            roles.add(
                Use.GRANTEE, sql.namesAfter("AUTHORIZATION")); // who grants in place of the owner
            roles.add(Use.OWNER, sql.namesAfter("ROLE"));
          }
        }
        case "POLICY" -> roles.add(Use.SUBJECT, sql.before("USING", "WITH").namesAfter("TO"));
        case "USER MAPPING" -> roles.add(Use.SUBJECT, sql.namesAfter("FOR"));
        default -> {
          // nothing else names a role but its owner
        }
      }
      if (owners && OWNED.contains(entry.desc()) && !entry.owner().isEmpty()) {
        roles.add(Use.OWNER, List.of(entry.owner()));
      }
    }
    return roles;
  }

  /**
   * The same roles by other names.
   *
   * @param names the name of each on the target
   * @param without who is left out, by the names on the target
   */
  public NamedRoles onTarget(UnaryOperator<String> names, Set<String> without) {
    var roles = new NamedRoles();
    uses.forEach(
        (role, itsUses) -> {
          if (!without.contains(names.apply(role))) {
            itsUses.forEach(use -> roles.add(use, List.of(names.apply(role))));
          }
        });
    return roles;
  }

  /** Adds what is named elsewhere. */
  public void add(Use use, List<String> names) {
    for (var name : names) {
      uses.computeIfAbsent(name, any -> EnumSet.noneOf(Use.class)).add(use);
    }
  }

  /** Each role with its uses, in the order of their names. */
  public SortedMap<String, Set<Use>> uses() {
    return Collections.unmodifiableSortedMap(uses);
  }
}
