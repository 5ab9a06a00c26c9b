package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.restore.selection.ArchivePart;
import io.pgcask.runner.restore.selection.Selection;
import io.pgcask.runner.stored.ArchiveContents;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Parts what is restored between pg_restore and what we do before and after it. */
final class AroundPlan {
  private static final String TABLESPACES = "SELECT spcname FROM pg_catalog.pg_tablespace";

  private final Task.Restore task;
  private final RestoreChoice choice;
  private final ConnectionSettings settings;
  private final RestorePlan plan;
  private final Connection maintenance;
  private final ServerFacts server;
  private final Set<String> newRoles;

  /**
   * Of a restore.
   *
   * @param maintenance session in another database than the target
   * @param newRoles that do not exist yet and will when this is written
   */
  AroundPlan(
      Task.Restore task,
      ConnectionSettings settings,
      RestorePlan plan,
      Connection maintenance,
      ServerFacts server,
      Set<String> newRoles) {
    this.task = task;
    this.choice = task.choice();
    this.settings = settings;
    this.plan = plan;
    this.maintenance = maintenance;
    this.server = server;
    this.newRoles = newRoles;
  }

  /**
   * Makes the checks.
   *
   * @param selection of what is restored
   * @param rights of the role that restores
   */
  RestorePart check(
      RestoreSource source, ArchiveContents contents, Selection selection, TargetRights rights)
      throws PostgresException {
    var all = contents.archive().entries();
    var part = ArchivePart.of(contents.archive(), selection);
    var entries = part.entries();
    var extensions = extensions(entries, all);
    var roles =
        new RolePlan(plan, choice, task.mode(), task.server().provider(), rights, newRoles)
            .check(
                entries,
                all,
                source.properties(),
                DatabaseRestore.keepsPublicOwner(source.manifest(), server),
                new RoleQueries(maintenance, server.major()));
    var ours = new HashSet<>(extensions.entries());
    roles.ifPresent(work -> ours.addAll(work.entries().deferred()));
    var options =
        Stream.of(
                RestoreOption.arguments(choice.options()),
                roles.stream().flatMap(work -> Stream.of("--no-owner", "--no-privileges")),
                lacksTablespaces(entries) ? Stream.of("--no-tablespaces") : Stream.<String>of())
            .flatMap(arguments -> arguments)
            .distinct();
    var rest = ArchivePart.of(contents.archive(), selection.without(ours));
    return new RestorePart(
        Optional.of(new RestorePart.Chosen(contents, rest)),
        Optional.of(part),
        options.toList(),
        new AroundLoad(extensions.statements(), roles));
  }

  private ExtensionPlan.Work extensions(List<ArchiveEntry> entries, List<ArchiveEntry> all)
      throws PostgresException {
    var extensions = new ExtensionPlan(plan, choice);
    if (task.mode() != RestoreMode.INTO_EMPTY || choice.placedExtensions().isEmpty()) {
      return extensions.check(entries, all, new ExtensionQueries(maintenance, false));
    }
    try (var session = Sessions.open(settings, ApplicationNames.session(task.uid()))) {
      return extensions.check(entries, all, new ExtensionQueries(session, true));
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** A provider decides where things lie. */
  private boolean lacksTablespaces(List<ArchiveEntry> entries) throws PostgresException {
    if (task.server().provider() == Provider.GENERIC
        || Boolean.TRUE.equals(choice.options().noTablespaces())) {
      return false;
    }
    var there = new TargetQueries(maintenance).strings(TABLESPACES);
    var absent =
        entries.stream()
            .map(ArchiveEntry::tablespace)
            .filter(name -> !name.isEmpty() && !there.contains(name))
            .distinct()
            .map("tablespace %s is not there: all lies in the database's own"::formatted)
            .toList();
    Rows.each(absent, text -> plan.leftOut("provider", text, choice.strict()));
    return !absent.isEmpty();
  }
}
