package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.SessionReplicationRole;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.restore.selection.ArchivePart;
import io.pgcask.runner.restore.selection.EntryFilter;
import io.pgcask.runner.restore.selection.EntrySelector;
import io.pgcask.runner.restore.selection.Selection;
import io.pgcask.runner.stored.ArchiveContents;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds out before the first write what of a dump is restored, and whether that can be. */
final class ChoicePlan {
  private static final String OPTIONS = "options";
  private static final String RIGHTS = "rights";
  static final String SELECTION = "selection";

  private final Task.Restore task;
  private final RestoreChoice choice;
  private final ConnectionSettings settings;
  private final RestorePlan plan;
  private final Set<String> newRoles;

  /**
   * Of a restore.
   *
   * @param settings of the target
   * @param newRoles that do not exist yet and will when this is written
   */
  ChoicePlan(
      Task.Restore task, ConnectionSettings settings, RestorePlan plan, Set<String> newRoles) {
    this.newRoles = newRoles;
    this.task = task;
    this.choice = task.choice();
    this.settings = settings;
    this.plan = plan;
  }

  /**
   * Makes the checks.
   *
   * @param maintenance session in another database than the target
   * @throws TaskFailedException if one of them has failed
   */
  RestorePart check(RestoreSource source, Client client, Connection maintenance, ServerFacts server)
      throws TaskFailedException, PostgresException, IOException {
    checkSettings(maintenance);
    if (source.manifest().format() == DumpFormat.PLAIN) {
      checkPlain();
      plan.mustHavePassed();
      return new RestorePart(Optional.empty(), Optional.empty(), options());
    }
    checkOptions(client.major(), server.superuser());
    checkRole(maintenance);
    plan.mustHavePassed();
    var rights = rights(maintenance);
    var part =
        choice.takesAll() && task.server().provider() == Provider.GENERIC
            ? all(source, rights)
            : select(source, rights, maintenance, server);
    plan.mustHavePassed();
    return part;
  }

  private List<String> options() {
    return RestoreOption.arguments(choice.options()).toList();
  }

  private TargetRights rights(Connection maintenance) throws PostgresException {
    var role = choice.role().orElse(settings.user());
    return switch (task.mode()) {
      case CREATE_NEW, REPLACE -> TargetRights.inNewDatabase(maintenance, role);
      case INTO_EMPTY, CLEAN -> {
        try (var session = Sessions.open(settings, ApplicationNames.session(task.uid()))) {
          yield TargetRights.inDatabase(session, role);
        } catch (SQLException e) {
          throw Sessions.failure(e);
        }
      }
    };
  }

  /** Everything, but what the role may not restore. */
  private RestorePart all(RestoreSource source, TargetRights rights)
      throws TaskFailedException, IOException {
    ArchiveContents contents;
    try {
      contents = source.backup().contents(source.database().name());
    } catch (StorageException | TaskFailedException e) {
      // the load will say so, or get it after all
      plan.warning(
          RIGHTS, "the archive's table of contents could not be looked at before it is restored");
      return new RestorePart(Optional.empty(), Optional.empty(), options());
    }
    var archive = contents.archive();
    var selection = EntrySelector.select(archive, EntryFilter.ALL);
    var left = leftOut(ArchivePart.of(archive, selection), rights);
    var part = ArchivePart.of(archive, selection.without(left));
    return left.isEmpty()
        ? new RestorePart(Optional.empty(), Optional.of(part), options())
        : new RestorePart(
            Optional.of(new RestorePart.Chosen(contents, part)), Optional.of(part), options());
  }

  /** What is pgcask's own, what the provider forbids and what the role may not restore. */
  private Set<Integer> leftOut(ArchivePart part, TargetRights rights) {
    var ofProvider = ProviderLimits.of(part.entries(), task.server().provider(), choice, rights);
    leftOut("provider", ofProvider.refusals(), ofProvider.warnings());
    var left = new HashSet<>(ofProvider.leftOut());
    var ofWatch = WatchEntries.of(part.entries());
    if (!ofWatch.isEmpty()) {
      plan.passed("watch", "pgcask's own triggers on the original are left out");
      left.addAll(ofWatch);
    }
    var rest = part.entries().stream().filter(entry -> !left.contains(entry.dumpId())).toList();
    var limits = RoleLimits.of(rest, rights);
    leftOut(RIGHTS, limits.refusals(), limits.warnings());
    left.addAll(limits.leftOut());
    return left;
  }

  private void leftOut(String check, List<String> refusals, List<String> warnings) {
    Rows.each(refusals, text -> plan.failed(check, Reason.PERMISSION_DENIED, text));
    Rows.each(warnings, text -> plan.leftOut(check, text, choice.strict()));
  }

  private void checkPlain() {
    var fields = ChoiceFields.of(choice);
    if (!fields.isEmpty()) {
      plan.failed(
          OPTIONS,
          Reason.INVALID_OPTIONS,
          ("the backup has format Plain, which psql runs as it is; leave out %s, or restore a backup"
                  + " of another format")
              .formatted(String.join(", ", fields)));
    }
    if (task.steps().acceptsErrors()) {
      plan.failed(
          OPTIONS,
          Reason.INVALID_OPTIONS,
          "the backup has format Plain, and psql stops at the first error: leave out errors Accept, or"
              + " restore a backup of another format");
    }
  }

  void checkOptions(int clientMajor, boolean superuser) {
    RestoreOption.used(choice.options())
        .filter(option -> option.since() > clientMajor)
        .forEach(
            option ->
                plan.failed(
                    OPTIONS,
                    Reason.INVALID_OPTIONS,
                    "%s needs pg_restore %d or newer, and this backup and server are served by %d; leave it out"
                        .formatted(option.field(), option.since(), clientMajor)));
    if (Boolean.TRUE.equals(choice.options().disableTriggers())
        && !superuser
        && choice.role().isEmpty()) {
      plan.warning(
          OPTIONS,
          "options.disableTriggers needs a superuser, and role %s is none: it fails on tables with foreign keys"
              .formatted(settings.user()));
    }
  }

  /** By making them for a moment: who may do so differs by version and by provider. */
  private void checkSettings(Connection maintenance) {
    for (var setting : choice.sessionSettings().entrySet()) {
      var name = setting.getKey();
      try {
        Sessions.execute(
            maintenance, "SET %s = %s".formatted(name, Sql.literal(setting.getValue())));
        Sessions.execute(maintenance, "RESET " + name);
        plan.passed(OPTIONS, "the restore may set %s to %s".formatted(name, setting.getValue()));
      } catch (SQLException e) {
        plan.failed(
            OPTIONS,
            Reason.PERMISSION_DENIED,
            "role %s may not set %s: leave out options.sessionReplicationRole, or run as a superuser (PostgreSQL 15 and newer): GRANT SET ON PARAMETER %s TO %s"
                .formatted(settings.user(), name, name, Sql.identifier(settings.user())));
      }
    }
    if (choice.options().sessionReplicationRole() == SessionReplicationRole.REPLICA
        && !choice.createsTables()) {
      plan.warning(
          OPTIONS,
          "options.sessionReplicationRole replica: foreign keys that exist already are not checked against the rows that are loaded");
    }
  }

  /** By becoming it for a moment: who may do so differs by version. */
  private void checkRole(Connection maintenance) {
    if (choice.role().isEmpty()) {
      return;
    }
    var role = choice.role().get();
    try {
      Sessions.execute(maintenance, "SET ROLE " + Sql.identifier(role));
      Sessions.execute(maintenance, "RESET ROLE");
      plan.passed("role", "the restore may become role " + role);
    } catch (SQLException e) {
      plan.failed(
          "role",
          Reason.PERMISSION_DENIED,
          "role %s cannot become options.role %s: %s"
              .formatted(settings.user(), role, Sessions.failure(e).getMessage()));
    }
  }

  private RestorePart select(
      RestoreSource source, TargetRights rights, Connection maintenance, ServerFacts server)
      throws TaskFailedException, PostgresException, IOException {
    var contents = contents(source);
    var wanted = EntrySelector.select(contents.archive(), ChoiceFields.filter(choice));
    var left = leftOut(ArchivePart.of(contents.archive(), wanted), rights);
    var selection = wanted.without(left);
    var part = ArchivePart.of(contents.archive(), selection);
    warnOfSkipped(contents);
    if (task.mode() == RestoreMode.INTO_EMPTY || task.mode() == RestoreMode.CLEAN) {
      checkInTarget(selection, part);
    } else {
      new ChoiceFindings(choice, settings.database(), plan).check(selection, Optional.empty());
    }
    int all = contents.archive().entries().size();
    if (part.size() == 0) {
      plan.failed(
          SELECTION,
          Reason.INVALID_OPTIONS,
          "none of the archive's %d entries is left to restore; see include, exclude, content and sections"
              .formatted(all));
    } else {
      plan.passed(SELECTION, "%d of the archive's %d entries".formatted(part.size(), all));
    }
    return new AroundPlan(task, settings, plan, maintenance, server, newRoles)
        .check(source, contents, selection, rights);
  }

  private ArchiveContents contents(RestoreSource source) throws TaskFailedException, IOException {
    try {
      return source.backup().contents(source.database().name());
    } catch (StorageException e) {
      plan.failed(SELECTION, e.reason(), e.getMessage());
      throw TaskFailedException.of(e);
    } catch (TaskFailedException e) {
      plan.failed(SELECTION, e.reason(), e.getMessage());
      throw e;
    }
  }

  private void warnOfSkipped(ArchiveContents contents) {
    for (var name : choice.skippedExtensions()) {
      if (contents.archive().entries().stream()
          .noneMatch(entry -> entry.desc().equals("EXTENSION") && entry.tag().equals(name))) {
        plan.warning(
            SELECTION,
            "options.skipExtensions: extension %s is not in the archive".formatted(name));
      }
    }
  }

  private void checkInTarget(Selection selection, ArchivePart part) throws PostgresException {
    try (var session = Sessions.open(settings, ApplicationNames.session(task.uid()))) {
      var target = new TargetObjects(session);
      var findings = new ChoiceFindings(choice, settings.database(), plan);
      findings.check(selection, Optional.of(target));
      if (!choice.createsTables()) {
        if (choice.role().isPresent()) {
          target.become(choice.role().get());
        }
        findings.checkTables(part, target);
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
