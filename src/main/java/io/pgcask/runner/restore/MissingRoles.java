package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ProviderNames;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.database.DatabaseSql;
import io.pgcask.runner.restore.selection.NamedRoles;
import io.pgcask.runner.restore.selection.NamedRoles.Use;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The roles that are named by what is restored and that the target's server does not have. Roles
 * that exist are never altered.
 */
final class MissingRoles {
  private static final String CHECK = "roles";

  private static final String MAY_CREATE =
      """
      SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user
      """;

  private static final String SUPERUSER =
      "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = ?";

  /** PostgreSQL has made it itself, or never will. */
  private static final String PREDEFINED = "pg_";

  private static final String EXISTS_ALREADY = "42710";

  private final SortedMap<String, Set<Use>> missing;
  private final List<String> newOwners;
  private final RestoreChoice choice;
  private final TargetQueries queries;

  private MissingRoles(
      SortedMap<String, Set<Use>> missing,
      List<String> newOwners,
      RestoreChoice choice,
      TargetQueries queries) {
    this.missing = missing;
    this.newOwners = newOwners;
    this.choice = choice;
    this.queries = queries;
  }

  /**
   * Finds them, as rows of the plan.
   *
   * @param properties of the database, if it is created
   * @param keepPublicOwner whether schema public keeps the owner that it has
   * @param maintenance session on the server
   * @param newRoles that do not exist yet and will before these are created
   */
  static MissingRoles plan(
      RestorePlan plan,
      RestorePart part,
      RestoreMode mode,
      Manifest.Database properties,
      RestoreChoice choice,
      boolean keepPublicOwner,
      Connection maintenance,
      Set<String> newRoles)
      throws PostgresException {
    var queries = new TargetQueries(maintenance);
    var named = named(part, mode, properties, choice, keepPublicOwner);
    var missing = new TreeMap<>(named.uses());
    missing.keySet().removeAll(queries.strings("SELECT rolname FROM pg_catalog.pg_roles"));
    missing.keySet().removeAll(newRoles);
    var newOwners =
        named.uses().entrySet().stream()
            .filter(use -> newRoles.contains(use.getKey()) && use.getValue().contains(Use.OWNER))
            .map(Map.Entry::getKey)
            .toList();
    var roles = new MissingRoles(missing, newOwners, choice, queries);
    roles.report(plan, named.uses().size());
    return roles;
  }

  private static NamedRoles named(
      RestorePart part,
      RestoreMode mode,
      Manifest.Database properties,
      RestoreChoice choice,
      boolean keepPublicOwner) {
    boolean owners = !Boolean.TRUE.equals(choice.options().noOwner());
    boolean privileges = !Boolean.TRUE.equals(choice.options().noPrivileges());
    var inBackup =
        NamedRoles.of(
            part.entries().map(entries -> entries.entries(keepPublicOwner)).orElse(List.of()),
            owners,
            privileges);
    var named =
        part.around()
            .after()
            .map(work -> inBackup.onTarget(work.names()::of, work.names().forbidden()))
            .orElse(inBackup);
    // who has granted something must be acted for, as an owner is
    part.around().after().ifPresent(work -> named.add(Use.OWNER, List.copyOf(work.actors())));
    if (mode == RestoreMode.CREATE_NEW) {
      var database = new DatabaseSql(properties.name(), properties);
      named.add(Use.GRANTEE, database.grantees());
      if (properties.owner() != null) {
        named.add(Use.OWNER, List.of(properties.owner()));
      }
    }
    return named;
  }

  private boolean creates() {
    return Boolean.TRUE.equals(choice.options().createMissingRoles());
  }

  private static boolean creatable(String role) {
    return !role.startsWith(PREDEFINED) && !ProviderNames.isRole(role);
  }

  private List<String> toCreate() {
    return creates()
        ? missing.keySet().stream().filter(MissingRoles::creatable).toList()
        : List.of();
  }

  private void report(RestorePlan plan, int named) throws PostgresException {
    var create = toCreate();
    var fail = new ArrayList<>(missing.keySet());
    fail.removeAll(create);
    Rows.each(
        fail.stream()
            .map(role -> "role %s does not exist: %s".formatted(role, advice(role)))
            .toList(),
        text -> plan.warning(CHECK, text));
    var names = String.join(", ", create);
    if (create.isEmpty()) {
      if (fail.isEmpty() && named > 0) {
        plan.passed(CHECK, "every role that is named exists (%d)".formatted(named));
      }
    } else if (queries.strings(MAY_CREATE).contains("t")) {
      plan.passed(CHECK, "these roles are created, without login: " + names);
    } else {
      plan.failed(
          CHECK,
          Reason.PERMISSION_DENIED,
          "the connection's role may not create roles, as options.createMissingRoles asks: %s; give it CREATEROLE, or create them yourself"
              .formatted(names));
    }
  }

  private String advice(String role) {
    var uses = missing.get(role);
    var what =
        uses.stream()
            .map(
                use ->
                    switch (use) {
                      case OWNER -> "owns";
                      case GRANTEE -> "has rights on";
                      case SUBJECT -> "has policies or user mappings for";
                    })
            .collect(Collectors.joining(" or "));
    if (!creatable(role)) {
      return "what it %s will fail, and only the server's provider makes it".formatted(what);
    }
    var ways = new ArrayList<String>(List.of("create it"));
    if (!creates()) {
      ways.add("set options.createMissingRoles");
    }
    if (uses.contains(Use.OWNER)) {
      ways.add("set options.noOwner");
    }
    if (uses.contains(Use.GRANTEE)) {
      ways.add("set options.noPrivileges");
    }
    return "what it %s will fail; %s".formatted(what, String.join(", or ", ways));
  }

  /**
   * Creates them without login, if that was asked for. What belongs to one can be given to it by
   * its members only; so the role that restores becomes one, unless it is a superuser. The same for
   * those that came with the globals.
   *
   * @param maintenance session on the server, as the connection's role
   * @param user the connection's role
   */
  void create(Connection maintenance, String user) throws TaskFailedException, PostgresException {
    var restoring = choice.role().orElse(user);
    boolean superuser = new TargetQueries(maintenance).strings(SUPERUSER, restoring).contains("t");
    for (var role : toCreate()) {
      boolean joins = !superuser && missing.get(role).contains(Use.OWNER);
      try {
        createUnlessThere(maintenance, role);
        if (joins) {
          join(maintenance, role, restoring);
        }
      } catch (PostgresException e) {
        throw new TaskFailedException(
            e.reason() == Reason.INTERNAL ? Reason.RESTORE_FAILED : e.reason(),
            "role %s cannot be created: %s; nothing was written to the database"
                .formatted(role, e.getMessage()));
      }
    }
    if (!superuser) {
      for (var role : newOwners) {
        join(maintenance, role, restoring);
      }
    }
  }

  /** An earlier database of this restore, or another one beside it, may have needed it already. */
  private static void createUnlessThere(Connection maintenance, String role)
      throws PostgresException {
    try {
      DatabaseCreation.execute(
          maintenance, "CREATE ROLE %s NOLOGIN".formatted(Sql.identifier(role)));
    } catch (PostgresException e) {
      if (e.sqlState().filter(EXISTS_ALREADY::equals).isEmpty()) {
        throw e;
      }
    }
  }

  private static void join(Connection maintenance, String role, String member)
      throws PostgresException {
    DatabaseCreation.execute(
        maintenance, "GRANT %s TO %s".formatted(Sql.identifier(role), Sql.identifier(member)));
  }
}
