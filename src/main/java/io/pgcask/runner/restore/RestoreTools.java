package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.runner.tool.FormatNames;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.runner.tool.ToolProcess.Stdin;
import io.pgcask.runner.tool.ToolProcess.Stdout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which programs load a dump.
 *
 * @param archive file or directory; empty: it comes through stdin
 * @param client whose pg_restore reads the archive
 * @param newest whose psql runs SQL
 * @param targetMajor of the server
 * @param conninfo of the target
 * @param home their directory
 * @param list file with the entries to restore; empty: all
 * @param options further arguments of pg_restore
 * @param keepPublicOwner whether SQL loses statements about the owner of schema public
 * @param clean whether everything is dropped first; with one job, all of it is one transaction
 * @param acceptsErrors whether pg_restore is to go on after errors, also those of a server that is
 *     too old for what it sends first; psql would go on with the rows of a table that failed, as if
 *     they were commands
 * @param jobs connections that pg_restore uses at once; above 1 the archive is on a disk
 * @param verbose whether pg_restore tells of each entry, else an error does not name its own
 */
record RestoreTools(
    DumpFormat format,
    Optional<Path> archive,
    Client client,
    Client newest,
    int targetMajor,
    String conninfo,
    Path home,
    Optional<Path> list,
    List<String> options,
    boolean keepPublicOwner,
    boolean clean,
    boolean acceptsErrors,
    int jobs,
    boolean verbose) {

  /**
   * pg_restore alone can do it if it does not send what the target is too old for. Several jobs can
   * do it only alone, see {@link UnknownSetting}.
   */
  boolean throughPsql() {
    return format == DumpFormat.PLAIN
        || client.major() > targetMajor && jobs == 1 && !acceptsErrors;
  }

  Processes start(ToolLog log) throws IOException {
    if (format == DumpFormat.PLAIN) {
      return new Processes(Optional.empty(), Optional.of(psql(log)));
    }
    if (!throughPsql()) {
      var arguments = arguments("--dbname=" + conninfo);
      var stdin = jobs > 1 ? Stdin.NONE : Stdin.WRITE;
      var restore =
          ToolProcess.start(
              client.program("pg_restore"), arguments, home, stdin, Stdout.DISCARD, log);
      return new Processes(Optional.of(restore), Optional.empty());
    }
    var restore =
        ToolProcess.start(
            client.program("pg_restore"),
            arguments("--file=-"),
            home,
            Stdin.WRITE,
            Stdout.READ,
            log);
    try {
      return new Processes(Optional.of(restore), Optional.of(psql(log)));
    } catch (IOException e) {
      restore.close();
      throw e;
    }
  }

  /**
   * SQL on its way into psql. What pg_restore writes has its own BEGIN and COMMIT where it is to be
   * one transaction; what pg_dump wrote has none.
   */
  SqlFilter filter(ToolProcess psql) throws IOException {
    return new SqlFilter(psql.stdin(), keepPublicOwner, clean && format == DumpFormat.PLAIN);
  }

  private List<String> arguments(String destination) {
    var arguments =
        new ArrayList<>(
            List.of("--format=" + FormatNames.of(format), "--no-password", destination));
    if (clean) {
      arguments.addAll(List.of("--clean", "--if-exists"));
    }
    if (clean && jobs == 1) {
      arguments.add("--single-transaction");
    }
    if (jobs > 1) {
      arguments.add("--jobs=" + jobs);
    }
    if (verbose) {
      arguments.add("--verbose");
    }
    arguments.addAll(options);
    list.ifPresent(file -> arguments.add("--use-list=" + file));
    archive.ifPresent(path -> arguments.add(path.toString()));
    return arguments;
  }

  private ToolProcess psql(ToolLog log) throws IOException {
    return ToolProcess.start(
        newest.program("psql"),
        List.of(
            "--no-psqlrc",
            "--quiet",
            "--no-password",
            "--set=ON_ERROR_STOP=1",
            "--dbname=" + conninfo,
            "--file=-"),
        home,
        Stdin.WRITE,
        Stdout.DISCARD,
        log);
  }

  /** What runs. */
  record Processes(Optional<ToolProcess> restore, Optional<ToolProcess> psql)
      implements AutoCloseable {
    void kill() {
      restore.ifPresent(ToolProcess::kill);
      psql.ifPresent(ToolProcess::kill);
    }

    /** See {@link ToolProcess#processorTime}. */
    Duration processorTime() {
      return Stream.of(restore, psql)
          .flatMap(Optional::stream)
          .map(ToolProcess::processorTime)
          .reduce(Duration.ZERO, Duration::plus);
    }

    /** See {@link ToolProcess#bytesMoved}. */
    long bytesMoved() {
      return restore.map(ToolProcess::bytesMoved).orElse(0L);
    }

    @Override
    public void close() {
      restore.ifPresent(ToolProcess::close);
      psql.ifPresent(ToolProcess::close);
    }
  }
}
