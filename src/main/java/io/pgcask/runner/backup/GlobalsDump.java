package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupScope;
import io.pgcask.api.v1alpha1.Globals;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.Conninfo;
import io.pgcask.postgres.Passfile;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.ApplicationNames;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.tool.Backends;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.runner.tool.Traffic;
import io.pgcask.runner.tool.Watch;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.Upload;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The roles of a server, and its tablespaces if wanted, as pg_dumpall writes them. */
final class GlobalsDump {
  /** Roles are lines; even ten thousand of them are a few megabytes. */
  private static final long ESTIMATE = 16 << 20;

  private static final String PASSWORDS_READABLE =
      "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')";

  private final RunContext context;
  private final Task.Backup task;
  private final ConnectionSettings settings;
  private final ClientTools.Client client;
  private final BackupFiles files;

  GlobalsDump(
      RunContext context,
      Task.Backup task,
      ConnectionSettings settings,
      ClientTools.Client client,
      BackupFiles files) {
    this.context = context;
    this.task = task;
    this.settings = settings;
    this.client = client;
    this.files = files;
  }

  /** What a Backup wants of them. */
  static Globals.Content content(Task.Backup task) {
    return Optional.ofNullable(task.spec().globals())
        .map(Globals::include)
        .orElse(
            task.spec().scope() == BackupScope.SERVER
                ? Globals.Content.ROLES
                : Globals.Content.REFERENCED_ROLES);
  }

  private boolean withPasswords() {
    var globals = task.spec().globals();
    return globals != null && Boolean.TRUE.equals(globals.rolePasswords());
  }

  /**
   * Looks whether the role may read what is wanted, before anything is written.
   *
   * @throws TaskFailedException PermissionDenied if not
   */
  void check(Connection session) throws TaskFailedException, PostgresException {
    if (content(task) == Globals.Content.NONE || !withPasswords()) {
      return;
    }
    try (var statement = session.createStatement();
        var row = statement.executeQuery(PASSWORDS_READABLE)) {
      row.next();
      if (!row.getBoolean(1)) {
        throw new TaskFailedException(
            Reason.PERMISSION_DENIED,
            "globals.rolePasswords: the role %s may not read pg_authid; use a superuser, or leave the"
                    .formatted(settings.user())
                + " passwords out");
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /**
   * Dumps them.
   *
   * @return the file, complete in storage; none if none is wanted
   */
  List<Manifest.StoredFile> run(ToolLog log, WorkDirectory work)
      throws TaskFailedException, IOException, InterruptedException {
    if (content(task) == Globals.Content.NONE) {
      return List.of();
    }
    var path = files.globals();
    try (var upload = files.begin(context.store(), path, ESTIMATE)) {
      dump(new Counted(upload), log, work);
      context.cancellation().check();
      var objects = upload.complete().stream().map(files::stored).toList();
      files.confirm(context.store(), objects);
      return List.of(
          new Manifest.StoredFile(Manifest.Role.GLOBALS, null, BackupFiles.name(path), objects));
    }
  }

  private void dump(Counted sink, ToolLog log, WorkDirectory work)
      throws TaskFailedException, IOException, InterruptedException {
    var out = new BufferedOutputStream(sink);
    var filter = new GlobalsFilter(out, task.server().provider());
    Optional<StorageException> storageFailure = Optional.empty();
    ToolProcess.Exit exit;
    boolean stalled;
    try (var tool = start(log, work);
        var cancel = context.cancellation().onCancel(() -> breakOff(tool, sink));
        var watch =
            new Watch(
                sink,
                Duration.ofSeconds(task.stallTimeoutSeconds()),
                backends()::busy,
                () -> breakOff(tool, sink),
                context.reporter())) {
      try {
        filter.copy(new BufferedInputStream(tool.stdout()));
        out.flush();
      } catch (StorageException e) {
        tool.kill();
        storageFailure = Optional.of(e);
      }
      exit = tool.await();
      stalled = watch.stalled();
    } finally {
      log.tail().forEach(context.reporter()::log);
    }
    if (context.cancellation().cancelled()) {
      throw Cancellation.failure();
    }
    if (stalled) {
      throw new TaskFailedException(
          Reason.STALLED,
          "for %d s pg_dumpall wrote nothing and no backend worked"
              .formatted(task.stallTimeoutSeconds()));
    }
    if (storageFailure.isPresent()) {
      throw TaskFailedException.of(storageFailure.get());
    }
    if (!exit.succeeded() || log.errorCount() > 0 || !filter.isComplete()) {
      throw failed(log);
    }
    if (filter.dropped() > 0) {
      context
          .reporter()
          .log("left out %d statements about the provider's roles".formatted(filter.dropped()));
    }
  }

  private static void breakOff(ToolProcess tool, Counted sink) {
    tool.kill();
    sink.upload.cancel();
  }

  private Backends backends() {
    return new Backends(
        settings, ApplicationNames.tool(task.uid()), ApplicationNames.session(task.uid()));
  }

  /** If the server has gone away meanwhile, that is the reason. */
  private TaskFailedException failed(ToolLog log) {
    var said =
        log.firstError().map(SafeText::firstLine).map(SafeText::mask).orElse("ended too early");
    try (var session = Sessions.open(settings, ApplicationNames.session(task.uid()))) {
      return new TaskFailedException(Reason.DUMP_FAILED, "pg_dumpall: " + said);
    } catch (PostgresException e) {
      return new TaskFailedException(
          e.reason(), "%s (pg_dumpall: %s)".formatted(e.getMessage(), said));
    } catch (SQLException e) {
      return TaskFailedException.of(Sessions.failure(e));
    }
  }

  private ToolProcess start(ToolLog log, WorkDirectory work) throws IOException {
    Optional<Path> passfile =
        settings.password().isPresent()
            ? Optional.of(Passfile.write(work.path(), settings.password().get()))
            : Optional.empty();
    var conninfo = new Conninfo(settings, ApplicationNames.tool(task.uid()), passfile).forReading();
    return ToolProcess.start(
        client.program("pg_dumpall"),
        arguments(conninfo),
        work.path(),
        ToolProcess.Stdin.NONE,
        ToolProcess.Stdout.READ,
        log);
  }

  private List<String> arguments(String conninfo) {
    var arguments = new ArrayList<String>();
    arguments.add(content(task) == Globals.Content.ALL ? "--globals-only" : "--roles-only");
    if (!withPasswords()) {
      arguments.add("--no-role-passwords");
    }
    var role = DumpOption.options(task.spec()).role();
    if (role != null) {
      arguments.add("--role=" + role);
    }
    arguments.add("--encoding=UTF8");
    arguments.add("--no-password");
    arguments.add("--verbose");
    // the name of the database in the conninfo is ignored
    arguments.add("--database=" + settings.database());
    arguments.add("--dbname=" + conninfo);
    return arguments;
  }

  /** Into an upload; what has moved may be asked for by another thread. */
  private static final class Counted extends OutputStream implements Traffic {
    private final Upload upload;
    private volatile long read;

    Counted(Upload upload) {
      this.upload = upload;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      read = read + length;
      upload.write(bytes, offset, length);
    }

    @Override
    public long bytesRead() {
      return read;
    }

    @Override
    public long bytesStored() {
      return upload.storedBytes();
    }
  }
}
