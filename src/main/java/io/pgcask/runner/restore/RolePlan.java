package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ProviderNames;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.database.DatabaseRoles;
import io.pgcask.runner.restore.roles.RoleEntries;
import io.pgcask.runner.restore.roles.RoleNames;
import io.pgcask.runner.restore.roles.RoleWork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds out whether owners, rights and policies are set by us, after the load, and whether that can
 * be: because roles have other names on the target, or because a provider keeps some of them for
 * itself.
 */
final class RolePlan {
  private static final String CHECK = "roles";

  /** Whoever owns a database is in it. */
  private static final String DATABASE_OWNER = "pg_database_owner";

  private final RestorePlan plan;
  private final RestoreChoice choice;
  private final RestoreMode mode;
  private final Provider provider;
  private final TargetRights rights;
  private final Set<String> newRoles;

  /**
   * Of a restore.
   *
   * @param provider who runs the target
   * @param rights of the role that restores
   * @param newRoles that do not exist yet and will when this is written
   */
  RolePlan(
      RestorePlan plan,
      RestoreChoice choice,
      RestoreMode mode,
      Provider provider,
      TargetRights rights,
      Set<String> newRoles) {
    this.plan = plan;
    this.choice = choice;
    this.mode = mode;
    this.provider = provider;
    this.rights = rights;
    this.newRoles = newRoles;
  }

  /**
   * Makes the checks.
   *
   * @param entries that are to be restored
   * @param all of the archive
   * @param properties of the database that is to be made, with mapped roles
   * @param keepPublicOwner whether schema public keeps its owner
   * @return empty: pg_restore sets everything itself
   */
  Optional<RoleWork> check(
      List<ArchiveEntry> entries,
      List<ArchiveEntry> all,
      Manifest.Database properties,
      boolean keepPublicOwner,
      RoleQueries target)
      throws PostgresException {
    var found = RoleEntries.of(entries, all, choice.options());
    var mapped = new RoleNames(choice.roleMap(), Set.of());
    var targets = found.roles().stream().map(mapped::of).collect(Collectors.toSet());
    targets.addAll(choice.roleMap().values());
    var known = target.roles(targets, rights.role());
    var names = new RoleNames(choice.roleMap(), forbidden(targets, known.keySet()));
    if (choice.roleMap().isEmpty()) {
      if (names.forbidden().isEmpty()) {
        return Optional.empty();
      }
      if (!mayFollowLoad(names)) {
        return Optional.empty();
      }
    }
    checkMap(found, all, properties, known.keySet());
    checkForbidden(found, names);
    checkActors(found, names, known);
    checkLocks(found, entries, target);
    var kept = keptOwners(found, names, known);
    if (keepPublicOwner) {
      found.publicSchema().ifPresent(entry -> kept.add(entry.dumpId()));
    }
    plan.passedUnlessFailed(
        CHECK,
        "owners of %d objects, and rights and policies, are set after the load, in one transaction"
            .formatted(found.objects()));
    return Optional.of(new RoleWork(found, names, kept, choice.role(), rights.superuser()));
  }

  /** Roles that the provider keeps for itself, and those of others, which are not there. */
  private Set<String> forbidden(Set<String> roles, Set<String> known) {
    return provider == Provider.GENERIC
        ? Set.of()
        : roles.stream()
            .filter(role -> ProviderNames.isRole(role, provider))
            .filter(role -> ProviderNames.isInternal(role) || !known.contains(role))
            .collect(Collectors.toSet());
  }

  private boolean mayFollowLoad(RoleNames names) {
    boolean alone =
        mode == RestoreMode.CLEAN || Boolean.TRUE.equals(choice.options().singleTransaction());
    if (alone) {
      plan.failed(
          CHECK,
          Reason.INVALID_OPTIONS,
          "the backup names roles that provider %s keeps for itself (%s): leave out owners and rights with options.noOwner and options.noPrivileges, or use another mode than Clean, without singleTransaction"
              .formatted(provider.word(), String.join(", ", names.forbidden())));
    }
    return !alone;
  }

  private void checkMap(
      RoleEntries found, List<ArchiveEntry> all, Manifest.Database properties, Set<String> known) {
    var missing = new ArrayList<String>();
    var unused = new ArrayList<String>();
    var inBackup = new HashSet<>(found.roles());
    all.forEach(entry -> inBackup.add(entry.owner()));
    var inProperties = DatabaseRoles.of(properties);
    choice.roleMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              if (!known.contains(entry.getValue())
                  && !newRoles.contains(entry.getValue())
                  && !createsMissing()) {
                missing.add(
                    "role %s, to which %s is mapped, does not exist: create it, or set options.createMissingRoles"
                        .formatted(entry.getValue(), entry.getKey()));
              }
              if (!inBackup.contains(entry.getKey()) && !inProperties.contains(entry.getValue())) {
                unused.add(
                    "options.roleMap: the backup does not name role %s".formatted(entry.getKey()));
              }
            });
    Rows.each(missing, text -> plan.failed(CHECK, Reason.INVALID_OPTIONS, text));
    Rows.each(unused, text -> plan.warning(CHECK, text));
  }

  private boolean createsMissing() {
    return Boolean.TRUE.equals(choice.options().createMissingRoles());
  }

  /** What is given to a role of the provider stays with the role that restores, or out. */
  private void checkForbidden(RoleEntries found, RoleNames names) {
    var left = new ArrayList<String>();
    var refused = new ArrayList<String>();
    for (var entry : found.ownedBy(names::isForbidden)) {
      left.add(
          "%s keeps the role that restores as its owner: provider %s keeps role %s for itself"
              .formatted(text(entry), provider.word(), names.of(entry.owner())));
    }
    for (var entry : found.naming(names::isForbidden)) {
      if (entry.desc().equals("POLICY")) {
        refused.add(
            "%s is for a role that provider %s keeps for itself: map it with options.roleMap, or leave the policy's table out"
                .formatted(text(entry), provider.word()));
      } else {
        left.add(
            "%s: what is for a role that provider %s keeps for itself is left out"
                .formatted(text(entry), provider.word()));
      }
    }
    Rows.each(refused, text -> plan.failed(CHECK, Reason.INVALID_OPTIONS, text));
    Rows.each(left, text -> plan.leftOut(CHECK, text, choice.strict()));
  }

  /** Who gives something to a role, or grants in its name, must be able to be it. */
  private void checkActors(
      RoleEntries found, RoleNames names, Map<String, RoleQueries.Role> known) {
    if (rights.superuser()) {
      return;
    }
    var refused =
        found.actors().stream()
            .map(names::of)
            .distinct()
            .filter(role -> !names.forbidden().contains(role) && !role.equals(DATABASE_OWNER))
            .filter(role -> known.containsKey(role) && !known.get(role).canBeTaken())
            .map(
                role ->
                    "role %s may not act as role %s, which it has to give something to: run GRANT %s TO %s"
                        .formatted(
                            rights.role(),
                            role,
                            Sql.identifier(role),
                            Sql.identifier(rights.role())))
            .toList();
    Rows.each(refused, text -> plan.failed(CHECK, Reason.PERMISSION_DENIED, text));
  }

  private void checkLocks(RoleEntries found, List<ArchiveEntry> entries, RoleQueries target)
      throws PostgresException {
    long withTables =
        entries.stream()
            .mapToLong(
                entry ->
                    switch (entry.desc()) {
                      case "INDEX", "CONSTRAINT" -> 1;
                      case "TABLE", "MATERIALIZED VIEW" -> 2; // the place of long values
                      default -> 0;
                    })
            .sum();
    long needed = found.objects() == 0 ? 0 : found.objects() + withTables;
    long room = target.locks();
    if (needed > room) {
      plan.failed(
          CHECK,
          Reason.INVALID_OPTIONS,
          "to set the owners takes %d locks at once, and the server has room for %d: raise max_locks_per_transaction there, or set options.noOwner"
              .formatted(needed, room));
    }
  }

  /** PostgreSQL lets only superusers own some things. */
  private Set<Integer> keptOwners(
      RoleEntries found, RoleNames names, Map<String, RoleQueries.Role> known) {
    var kept = new HashSet<Integer>();
    var texts = new ArrayList<String>();
    for (var entry : found.ownedBy(owner -> !names.isForbidden(owner))) {
      var owner = names.of(entry.owner());
      boolean able = known.containsKey(owner) && known.get(owner).superuser();
      if (found.forSuperusers().contains(entry.dumpId()) && !able) {
        kept.add(entry.dumpId());
        if (!owner.equals(rights.role())) {
          texts.add(
              "%s keeps the role that restores as its owner: only a superuser may own it, and role %s is none"
                  .formatted(text(entry), owner));
        }
      }
    }
    Rows.each(texts, text -> plan.leftOut(CHECK, text, choice.strict()));
    return kept;
  }

  private static String text(ArchiveEntry entry) {
    return switch (entry.desc()) {
      case "ACL" -> "the rights on " + entry.tag();
      case "DEFAULT ACL" -> "default privileges of role " + entry.owner();
      default -> entry.shown();
    };
  }
}
