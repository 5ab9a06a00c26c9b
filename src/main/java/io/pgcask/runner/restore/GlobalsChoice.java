package io.pgcask.runner.restore;

import io.pgcask.postgres.Sql;
import io.pgcask.runner.restore.globals.Addition;
import io.pgcask.runner.restore.globals.GlobalsScript;
import io.pgcask.runner.restore.globals.Membership;
import io.pgcask.runner.restore.globals.Role;
import io.pgcask.runner.restore.globals.Tablespace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What of a script a server gets, which has some of it already. Pure. */
final class GlobalsChoice {
  /** Since then, a membership has INHERIT and SET of its own. */
  private static final int MEMBERSHIP_OPTIONS = 16;

  private final GlobalsScript script;
  private final GlobalsTarget target;
  private final boolean tablespacesToo;
  private final Set<String> created;
  private final List<String> leftOut = new ArrayList<>();

  private final List<Step> roleSteps = new ArrayList<>();
  private final List<List<Step>> tablespaceSteps = new ArrayList<>();

  /**
   * One statement.
   *
   * @param shown the same without secrets
   * @param needed whether nothing is restored without it
   */
  record Step(String sql, String shown, boolean needed) {
    @Override
    public String toString() {
      return shown;
    }
  }

  /** Of a script for a server. */
  GlobalsChoice(GlobalsScript script, GlobalsTarget target, boolean tablespacesToo) {
    this.script = script;
    this.target = target;
    this.tablespacesToo = tablespacesToo;
    this.created =
        script.roles().stream()
            .map(Role::name)
            .filter(name -> !target.roles().contains(name))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    chooseRoles();
    chooseMemberships();
    additions(script.ofRoles(), created).forEach(roleSteps::add);
    if (tablespacesToo) {
      chooseTablespaces();
    }
  }

  /** Names of the roles that do not exist and will be made. */
  Set<String> created() {
    return created;
  }

  /** Names of those that the script makes and the server has, which are left alone. */
  List<String> existing() {
    return script.roles().stream()
        .map(Role::name)
        .filter(name -> target.roles().contains(name))
        .toList();
  }

  /** What cannot be had, for people. */
  List<String> leftOut() {
    return leftOut;
  }

  /** In order, for one transaction. */
  List<Step> roleSteps() {
    return roleSteps;
  }

  /** Of each tablespace the statements in order, outside of a transaction. */
  List<List<Step>> tablespaceSteps() {
    return tablespaceSteps;
  }

  private void chooseRoles() {
    Map<Role.Attribute, Set<String>> denied = new LinkedHashMap<>();
    for (var role : script.roles()) {
      if (!created.contains(role.name())) {
        continue;
      }
      var missing = new HashSet<>(role.attributes());
      missing.removeAll(target.gives());
      missing.forEach(
          attribute -> denied.computeIfAbsent(attribute, key -> new TreeSet<>()).add(role.name()));
      roleSteps.add(create(role.without(missing)));
    }
    denied.forEach(
        (attribute, names) ->
            leftOut.add(
                "role %s may not give %s; without it: %s"
                    .formatted(target.user(), attribute, String.join(", ", names))));
  }

  private static Step create(Role role) {
    var words = new StringBuilder();
    role.attributes().stream().sorted().forEach(attribute -> words.append(" ").append(attribute));
    words.append(role.inherits() ? "" : " NOINHERIT");
    role.connectionLimit().ifPresent(limit -> words.append(" CONNECTION LIMIT ").append(limit));
    role.validUntil().ifPresent(time -> words.append(" VALID UNTIL ").append(Sql.literal(time)));
    var password = role.password().map(secret -> " PASSWORD " + Sql.literal(secret)).orElse("");
    return new Step(
        "CREATE ROLE " + Sql.identifier(role.name()) + words + password,
        "CREATE ROLE " + role.name() + words,
        true);
  }

  private void chooseMemberships() {
    Map<String, Set<String>> leftAlone = new LinkedHashMap<>();
    Map<String, Set<String>> denied = new LinkedHashMap<>();
    for (var membership : script.memberships()) {
      var group = membership.group();
      boolean newGroup = created.contains(group);
      if (!created.contains(membership.member())) {
        if (newGroup && target.roles().contains(membership.member())) {
          leftAlone.computeIfAbsent(group, key -> new TreeSet<>()).add(membership.member());
        }
      } else if (!newGroup && !target.grants().contains(group)) {
        denied.computeIfAbsent(group, key -> new TreeSet<>()).add(membership.member());
      } else if (isExpressible(membership)) {
        roleSteps.add(grant(membership));
      } else {
        leftOut.add(
            "a server before 16 cannot make %s a member of %s without INHERIT or SET; it becomes none"
                .formatted(membership.member(), group));
      }
    }
    leftAlone.forEach(
        (group, members) ->
            leftOut.add(
                "roles that exist are left alone and do not become members of the new role %s: %s"
                    .formatted(group, String.join(", ", members))));
    denied.forEach(
        (group, members) ->
            leftOut.add(
                (target.roles().contains(group)
                        ? "role %s may not grant %s, so these do not become members: %s"
                        : "role %s cannot grant %s, which does not exist, so these do not become members: %s")
                    .formatted(target.user(), group, String.join(", ", members))));
  }

  private boolean isExpressible(Membership membership) {
    return target.major() >= MEMBERSHIP_OPTIONS
        || membership.set() && membership.inherit().orElse(true);
  }

  private Step grant(Membership membership) {
    var options = new ArrayList<String>();
    if (membership.admin()) {
      options.add("ADMIN OPTION");
    }
    if (target.major() >= MEMBERSHIP_OPTIONS) {
      membership
          .inherit()
          .ifPresent(inherit -> options.add("INHERIT " + (inherit ? "TRUE" : "FALSE")));
      if (!membership.set()) {
        options.add("SET FALSE");
      }
    }
    var with = options.isEmpty() ? "" : " WITH " + String.join(", ", options);
    return new Step(
        "GRANT %s TO %s%s"
            .formatted(
                Sql.identifier(membership.group()), Sql.identifier(membership.member()), with),
        "GRANT %s TO %s%s".formatted(membership.group(), membership.member(), with),
        true);
  }

  private List<Step> additions(List<Addition> additions, Set<String> to) {
    return additions.stream()
        .filter(addition -> to.contains(addition.to()))
        .filter(addition -> addition.since() <= target.major())
        .filter(addition -> addition.role().isEmpty() || willExist(addition.role()))
        .map(addition -> new Step(addition.sql(), addition.sql(), false))
        .toList();
  }

  private boolean willExist(String role) {
    return created.contains(role) || target.roles().contains(role);
  }

  private void chooseTablespaces() {
    var denied = new ArrayList<String>();
    for (var tablespace : script.tablespaces()) {
      if (target.tablespaces().contains(tablespace.name())) {
        continue;
      }
      if (!target.superuser()) {
        denied.add(tablespace.name());
      } else if (target.directories().contains(tablespace.location())) {
        tablespaceSteps.add(steps(tablespace));
      } else {
        leftOut.add(
            "tablespace %s is left out: the server has no directory %s"
                .formatted(tablespace.name(), tablespace.location()));
      }
    }
    if (!denied.isEmpty()) {
      leftOut.add(
          "role %s may not make tablespaces; left out: %s"
              .formatted(target.user(), String.join(", ", denied)));
    }
  }

  private List<Step> steps(Tablespace tablespace) {
    var owner = willExist(tablespace.owner()) ? " OWNER " + Sql.identifier(tablespace.owner()) : "";
    var steps = new ArrayList<Step>();
    steps.add(
        new Step(
            "CREATE TABLESPACE %s%s LOCATION %s"
                .formatted(
                    Sql.identifier(tablespace.name()), owner, Sql.literal(tablespace.location())),
            "CREATE TABLESPACE " + tablespace.name(),
            true));
    steps.addAll(additions(script.ofTablespaces(), Set.of(tablespace.name())));
    return steps;
  }
}
