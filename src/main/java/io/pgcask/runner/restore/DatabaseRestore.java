package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.CreateDatabase;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** One database of a backup into one target: plan it, write it, finish it, in this order. */
final class DatabaseRestore {
  /** Since 15, schema public belongs to the database's owner and no longer to the superuser. */
  private static final int PUBLIC_OF_OWNER = 15;

  private final RunContext context;
  private final Task.Restore task;
  private final ConnectionSettings settings;
  private final RestoreSource source;
  private final RestorePlan plan;
  private final Replacement.Maintenance sessions;

  private Optional<MissingRoles> roles = Optional.empty();
  private Optional<RestoreLoad> load = Optional.empty();
  private Optional<Replacement> replacement = Optional.empty();

  /**
   * Of a task for this database alone.
   *
   * @param settings of the target
   * @param plan whose rows are about this database
   * @param sessions opens sessions in another database
   */
  DatabaseRestore(
      RunContext context,
      Task.Restore task,
      ConnectionSettings settings,
      RestoreSource source,
      RestorePlan plan,
      Replacement.Maintenance sessions) {
    this.context = context;
    this.task = task;
    this.settings = settings;
    this.source =
        source
            .chosen(task.choice())
            .on(task.server().provider())
            .created(Optional.ofNullable(task.createDatabase()));
    this.plan = plan;
    this.sessions = sessions;
  }

  /** Name of the database that is restored into. */
  String target() {
    return settings.database();
  }

  RestoreSource source() {
    return source;
  }

  /** What the load has brought; empty before it was planned. */
  Optional<RestoreLoad> load() {
    return load;
  }

  /** What the old database's place was taken by; empty in other modes, and before it began. */
  Optional<Replacement> replacement() {
    return replacement;
  }

  /**
   * Makes all checks.
   *
   * @param maintenance session in another database, which has the lock on the name from then on
   * @param newRoles that do not exist yet and will when this is written
   * @param work a directory of this database alone, as long as it is written
   */
  void plan(Connection maintenance, Set<String> newRoles, ClientTools installed, WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var target = new RestoreTarget(task, settings, maintenance);
    var client = target.plan(plan, source, installed);
    if (task.mode() != RestoreMode.CREATE_NEW && source.encoding().isPresent()) {
      new EncodingCheck(plan, maintenance).check(source.encoding().get(), settings.database());
    }
    var part =
        new ChoicePlan(task, settings, plan, newRoles)
            .check(source, client, maintenance, target.server());
    new ParallelPlan(task, plan)
        .check(source, part, client, target.server(), context.environment().scratch());
    boolean keepPublicOwner = keepsPublicOwner(source.manifest(), target.server());
    if (keepPublicOwner) {
      plan.warning(
          "schema public",
          "schema public keeps the target's owner; the original's was the superuser, and the role"
              + " is none");
    }
    roles =
        Optional.of(
            MissingRoles.plan(
                plan,
                part,
                task.mode(),
                source.properties(),
                task.choice(),
                keepPublicOwner,
                maintenance,
                newRoles));
    plan.mustHavePassed();
    if (task.mode() == RestoreMode.CLEAN) {
      new CleanCheck(plan, source, settings, ApplicationNames.session(task.uid()))
          .run(client, Files.createDirectory(work.path().resolve("plan")));
    }
    plan.tellPassed();
    var prepared =
        new RestoreLoad.Prepared(part, client, installed, target.server().major(), keepPublicOwner);
    load = Optional.of(new RestoreLoad(context, task, source, prepared, plan, work));
  }

  static boolean keepsPublicOwner(Manifest manifest, ServerFacts target) {
    return manifest.serverVersionNum() / 10000 < PUBLIC_OF_OWNER
        && target.major() >= PUBLIC_OF_OWNER
        && !target.superuser();
  }

  /** Brings to disk what has to be there before the target is written to; no more than once. */
  void stage() throws TaskFailedException, IOException {
    load.orElseThrow().stage();
  }

  /**
   * Fills the target.
   *
   * @param maintenance session that has the lock on its name
   * @throws TaskFailedException if it is not whole
   */
  void write(Connection maintenance, int major)
      throws TaskFailedException,
          PostgresException,
          SQLException,
          IOException,
          InterruptedException {
    var filling = load.orElseThrow();
    filling.stage();
    try (filling) {
      roles.orElseThrow().create(maintenance, settings.user());
      fill(filling, maintenance, major);
    }
  }

  private void fill(RestoreLoad filling, Connection maintenance, int major)
      throws TaskFailedException,
          PostgresException,
          SQLException,
          IOException,
          InterruptedException {
    switch (task.mode()) {
      case CREATE_NEW -> {
        var creation = new DatabaseCreation(context, settings, source.properties());
        creation.create(maintenance, major, tablespace());
        if (task.choice().role().isPresent()) {
          creation.giveTo(maintenance, task.choice().role().get());
        }
        filling.into(settings);
      }
      case INTO_EMPTY -> filling.into(settings);
      case CLEAN -> {
        // again, and in a new session: the dump has been read since
        try (var watching = sessions.open()) {
          new OtherSessions(watching, settings.database(), task.uid())
              .mustLeave(task.bounds().terminateConnections());
        }
        filling.into(settings);
      }
      case REPLACE -> {
        var replacing = new Replacement(context, task, settings, major);
        replacement = Optional.of(replacing);
        replacing.run(maintenance, sessions, filling);
      }
    }
  }

  private Optional<String> tablespace() {
    return Optional.ofNullable(task.createDatabase()).map(CreateDatabase::tablespace);
  }

  /** What belongs to the database itself. A new session: the first one has been silent since. */
  void finish() throws PostgresException {
    if (task.mode() != RestoreMode.CREATE_NEW) {
      return;
    }
    try (var maintenance = sessions.open()) {
      new DatabaseCreation(context, settings, source.properties()).applyProperties(maintenance);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
