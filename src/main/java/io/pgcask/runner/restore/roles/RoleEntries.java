package io.pgcask.runner.restore.roles;

import io.pgcask.api.v1alpha1.RestoreOptions;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.runner.restore.selection.DumpSql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of an archive names roles, in the order in which it can be set once everything else is
 * there. Pure.
 *
 * <p>Policies and user mappings come first, while everything belongs to the role that restores; a
 * schema's owner and rights come before those of what lies in it, since who gets an object must be
 * allowed to create in its schema; event triggers come last, since they would see all of this.
 *
 * @param deferred numbers of the entries that pg_restore must not restore
 * @param creations policies and user mappings, with what is said about them
 * @param schemaOwners the owners of schemas
 * @param schemaRights the rights on schemas
 * @param owners all other owners; sequences last, as those of a column follow its table
 * @param rights all other rights, and default privileges
 * @param eventTriggers these, with what is said about them
 * @param eventTriggerOwners the owners of these
 * @param forSuperusers numbers of entries that only a superuser may own
 * @param backslashes whether the archive's literals have escapes, see {@link
 *     io.pgcask.postgres.lexer.SqlLexer}
 */
public record RoleEntries(
    Set<Integer> deferred,
    List<Sql> creations,
    List<Ownership> schemaOwners,
    List<Sql> schemaRights,
    List<Ownership> owners,
    List<Sql> rights,
    List<Sql> eventTriggers,
    List<Ownership> eventTriggerOwners,
    Set<Integer> forSuperusers,
    boolean backslashes) {
  private static final Set<String> RIGHTS = Set.of("ACL", "ACL LANGUAGE", "DEFAULT ACL");
  private static final Set<String> CREATIONS = Set.of("POLICY", "USER MAPPING");
  private static final String EVENT_TRIGGER = "EVENT TRIGGER";
  private static final String OF_DATABASE = "DATABASE ";
  private static final String OF_SCHEMA = "SCHEMA ";
  private static final String OF_LARGE_OBJECTS = "LARGE OBJECTS";

  /**
   * The statements of an entry.
   *
   * @param entry that they stand in
   */
  record Sql(ArchiveEntry entry, List<RoleStatement> statements) {
    Stream<String> roles() {
      return statements.stream().flatMap(statement -> statement.roles().stream());
    }
  }

  /**
   * Finds them.
   *
   * @param entries that are to be restored, in the archive's order
   * @param all of the archive: the settings are needed
   * @param options which say what stays out
   */
  public static RoleEntries of(
      List<ArchiveEntry> entries, List<ArchiveEntry> all, RestoreOptions options) {
    return new Sorting(all, options).sort(entries);
  }

  /** The roles of the archive that own something, or stand in a statement. */
  public Set<String> roles() {
    var names = new LinkedHashSet<String>();
    ownerships().map(ownership -> ownership.entry().owner()).forEach(names::add);
    statements().flatMap(Sql::roles).forEach(names::add);
    return names;
  }

  /** The roles of the archive that something is done in the name of. */
  public Set<String> actors() {
    var names = new LinkedHashSet<String>();
    ownerships().map(ownership -> ownership.entry().owner()).forEach(names::add);
    rights.stream()
        .filter(sql -> sql.entry().desc().equals("DEFAULT ACL"))
        .map(sql -> sql.entry().owner())
        .forEach(names::add);
    statements()
        .flatMap(sql -> sql.statements().stream())
        .filter(RoleStatement::becomes)
        .flatMap(statement -> statement.roles().stream())
        .forEach(names::add);
    return names;
  }

  /** Everything that gets an owner. */
  Stream<Ownership> ownerships() {
    return Stream.of(schemaOwners, owners, eventTriggerOwners).flatMap(List::stream);
  }

  /** Everything that is run. */
  Stream<Sql> statements() {
    return Stream.of(creations, schemaRights, rights, eventTriggers).flatMap(List::stream);
  }

  /** What gets an owner that fits. */
  public List<ArchiveEntry> ownedBy(Predicate<String> owner) {
    return ownerships().map(Ownership::entry).filter(entry -> owner.test(entry.owner())).toList();
  }

  /** The schema that every database has. */
  public Optional<ArchiveEntry> publicSchema() {
    return schemaOwners.stream()
        .map(Ownership::entry)
        .filter(entry -> entry.tag().equals("public"))
        .findFirst();
  }

  /** What names a role that fits. */
  public List<ArchiveEntry> naming(Predicate<String> role) {
    return statements().filter(sql -> sql.roles().anyMatch(role)).map(Sql::entry).toList();
  }

  /** How many objects are altered; each is locked until the end. */
  public long objects() {
    return ownerships().mapToLong(ownership -> ownership.targets().size()).sum();
  }

  /** Puts entries in order. */
  private static final class Sorting {
    private final Map<Integer, ArchiveEntry> byId = new HashMap<>();
    private final RestoreOptions options;
    private final boolean backslashes;
    private final Set<Integer> deferred = new HashSet<>();
    private final Set<Integer> forSuperusers = new HashSet<>();
    private final List<Sql> creations = new ArrayList<>();
    private final List<Ownership> schemaOwners = new ArrayList<>();
    private final List<Sql> schemaRights = new ArrayList<>();
    private final List<Ownership> owners = new ArrayList<>();
    private final List<Sql> rights = new ArrayList<>();
    private final List<Sql> eventTriggers = new ArrayList<>();
    private final List<Ownership> eventTriggerOwners = new ArrayList<>();

    private Sorting(List<ArchiveEntry> all, RestoreOptions options) {
      all.forEach(entry -> byId.put(entry.dumpId(), entry));
      this.options = options;
      this.backslashes = DumpSql.escapes(all);
    }

    private RoleEntries sort(List<ArchiveEntry> entries) {
      for (var entry : entries) {
        sort(entry);
        if (entry.desc().equals("PUBLICATION TABLES IN SCHEMA")) {
          forSuperusers.addAll(entry.dependencies());
        }
      }
      var last = owners.stream().collect(Collectors.partitioningBy(this::isSequence));
      return new RoleEntries(
          Set.copyOf(deferred),
          List.copyOf(creations),
          List.copyOf(schemaOwners),
          List.copyOf(schemaRights),
          Stream.of(last.get(false), last.get(true)).flatMap(List::stream).toList(),
          List.copyOf(rights),
          List.copyOf(eventTriggers),
          List.copyOf(eventTriggerOwners),
          Set.copyOf(forSuperusers),
          backslashes);
    }

    private boolean isSequence(Ownership ownership) {
      return ownership.entry().desc().equals("SEQUENCE");
    }

    private void sort(ArchiveEntry entry) {
      var desc = entry.desc();
      if (RIGHTS.contains(desc)) {
        deferred.add(entry.dumpId());
        boolean ofDatabase = entry.tag().startsWith(OF_DATABASE); // which has another name now
        if (!ofDatabase && !Boolean.TRUE.equals(options.noPrivileges())) {
          (entry.tag().startsWith(OF_SCHEMA) ? schemaRights : rights).add(sql(entry));
        }
      } else if (CREATIONS.contains(desc)) {
        deferred.add(entry.dumpId());
        creations.add(sql(entry));
      } else if (desc.equals(EVENT_TRIGGER)) {
        deferred.add(entry.dumpId());
        eventTriggers.add(sql(entry));
        ownership(entry);
      } else if (isRemark(desc) && entry.dependencies().stream().anyMatch(deferred::contains)) {
        deferred.add(entry.dumpId());
        remark(entry);
      } else {
        ownership(entry);
      }
    }

    private void ownership(ArchiveEntry entry) {
      boolean out =
          Boolean.TRUE.equals(options.noOwner())
              || leftOut(entry, "PUBLICATION", options.noPublications())
              || leftOut(entry, "SUBSCRIPTION", options.noSubscriptions());
      var ownership = Ownership.of(entry);
      if (out || ownership.targets().isEmpty()) {
        return;
      }
      switch (entry.desc()) {
        case "SCHEMA" -> schemaOwners.add(ownership);
        case EVENT_TRIGGER -> {
          eventTriggerOwners.add(ownership);
          forSuperusers.add(entry.dumpId());
        }
        case "FOREIGN DATA WRAPPER" -> {
          owners.add(ownership);
          forSuperusers.add(entry.dumpId());
        }
        case "PUBLICATION" -> {
          owners.add(ownership);
          if (entry.definition().contains(" FOR ALL TABLES")) {
            forSuperusers.add(entry.dumpId());
          }
        }
        default -> owners.add(ownership);
      }
    }

    private static boolean leftOut(ArchiveEntry entry, String desc, Boolean option) {
      return Boolean.TRUE.equals(option) && entry.desc().equals(desc);
    }

    private static boolean isRemark(String desc) {
      return desc.equals("COMMENT") || desc.equals("SECURITY LABEL");
    }

    private void remark(ArchiveEntry entry) {
      if (leftOut(entry, "COMMENT", options.noComments())
          || leftOut(entry, "SECURITY LABEL", options.noSecurityLabels())) {
        return;
      }
      boolean ofEventTrigger =
          entry.dependencies().stream()
              .map(byId::get)
              .anyMatch(on -> on != null && on.desc().equals(EVENT_TRIGGER));
      (ofEventTrigger ? eventTriggers : creations).add(sql(entry));
    }

    /** What a group of large objects has in common is written for one of them. */
    private Sql sql(ArchiveEntry entry) {
      var statements = RoleStatement.parse(entry.definition(), backslashes);
      if (!entry.tag().startsWith(OF_LARGE_OBJECTS)) {
        return new Sql(entry, statements);
      }
      var oids =
          entry.dependencies().stream()
              .map(byId::get)
              .filter(on -> on != null && on.desc().equals("BLOB METADATA"))
              .flatMap(on -> Ownership.largeObjects(on).stream())
              .toList();
      return new Sql(
          entry,
          oids.stream()
              .flatMap(oid -> statements.stream().map(statement -> statement.ofLargeObject(oid)))
              .toList());
    }
  }
}
