package io.pgcask.runner.backup;

import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskBackupBuilder;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.tool.ToolLog;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The dumps of a whole server: its globals, and one database after the other. */
final class ServerDump {
  private final RunContext context;
  private final Task.Backup task;
  private final ConnectionSettings settings;
  private final ServerFacts server;
  private final DumpPlan plan;
  private final BackupFiles files;
  private final GlobalsDump globals;

  /**
   * Of a server.
   *
   * @param settings with the database in which the list of databases and the globals are read
   */
  ServerDump(
      RunContext context,
      Task.Backup task,
      ConnectionSettings settings,
      ServerFacts server,
      DumpPlan plan,
      BackupFiles files) {
    this.context = context;
    // how large the whole backup was before says nothing of one database
    this.task = TaskBackupBuilder.builder(task).previous(null).build();
    this.settings = settings;
    this.server = server;
    this.plan = plan;
    this.files = files;
    this.globals = new GlobalsDump(context, task, settings, plan.client(), files);
  }

  /**
   * Chooses the databases and looks at every one before the first is dumped: what would fail after
   * hours fails at once.
   *
   * @param session is closed, since it would idle for as long as the dumps take
   * @param leftOut is told of what nobody can dump
   */
  List<Preflight> look(Connection session, WorkDirectory work, Consumer<String> leftOut)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    globals.check(session);
    var names = ServerDatabases.of(session, task.spec(), leftOut);
    try {
      session.close();
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
    var found = new ArrayList<Preflight>();
    for (var name : names) {
      found.add(in(name, work, (dump, own) -> dump.preflight()));
    }
    return found;
  }

  /** Dumps the globals, if they are wanted. */
  List<Manifest.StoredFile> globals(ToolLog log, WorkDirectory work)
      throws TaskFailedException, IOException, InterruptedException {
    try (var own = WorkDirectory.create(work.path())) {
      return globals.run(log, own);
    }
  }

  /** Dumps the databases that were looked at, each in a snapshot of its own. */
  List<DatabaseDump.Dumped> databases(List<Preflight> found, ToolLog log, WorkDirectory work)
      throws TaskFailedException, IOException, InterruptedException {
    var progress = BackupProgress.ofAll(found);
    var dumped = new ArrayList<DatabaseDump.Dumped>();
    for (var database : found) {
      context.cancellation().check();
      var name = database.database().name();
      dumped.add(in(name, work, (dump, own) -> dump.run(files, progress, log, own)));
    }
    return dumped;
  }

  /** What is done in the snapshot of one database, with a directory of its own. */
  private interface InDatabase<T> {
    T run(DatabaseDump dump, WorkDirectory own)
        throws TaskFailedException, PostgresException, IOException, InterruptedException;
  }

  private <T> T in(String name, WorkDirectory work, InDatabase<T> action)
      throws TaskFailedException, IOException, InterruptedException {
    var database = settings.withDatabase(name);
    try (var own = WorkDirectory.create(work.path());
        var session =
            Sessions.open(
                database, ApplicationNames.session(task.uid()), BackupRun.PREFLIGHT_ANSWER);
        var dump = DatabaseDump.begin(context, task, database, session, server, plan)) {
      return action.run(dump, own);
    } catch (TaskFailedException e) {
      throw named(name, e);
    } catch (PostgresException e) {
      throw named(name, TaskFailedException.of(e));
    } catch (SQLException e) {
      throw named(name, TaskFailedException.of(Sessions.failure(e)));
    }
  }

  private static TaskFailedException named(String database, TaskFailedException e) {
    return new TaskFailedException(
        e.reason(), "database %s: %s".formatted(database, e.getMessage()), e.partial());
  }
}
