package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.tool.FormatNames;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.runner.tool.ToolProcess.Stdin;
import io.pgcask.runner.tool.ToolProcess.Stdout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The table of contents of an archive, as {@code pg_restore --list} writes it. */
public final class ArchiveList {
  /** By the two object ids that the schema has in every cluster: no name can imitate it. */
  private static final Pattern PUBLIC_SCHEMA =
      Pattern.compile("^[0-9]+; 2615 2200 SCHEMA - public .*");

  private ArchiveList() {}

  /**
   * Of an archive in one file.
   *
   * @param archive at its beginning; only the table of contents is read
   * @return the file with the list
   */
  static Path ofStream(DumpStream archive, DumpFormat format, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    return list(
        List.of("--format=" + FormatNames.of(format)),
        client,
        home,
        tool -> Thread.ofPlatform().daemon().name("list").start(() -> feed(archive, tool.stdin())));
  }

  /** Of an archive in a directory, of which only toc.dat is read. */
  static Path ofDirectory(Path directory, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    return list(
        List.of("--format=directory", directory.toString()), client, home, tool -> close(tool));
  }

  /** Of an archive on disk. */
  static Path ofFile(StagedDump staged, DumpFormat format, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    return list(
        List.of("--format=" + FormatNames.of(format), staged.archive().toString()),
        client,
        home,
        tool -> close(tool));
  }

  private static Path list(
      List<String> archive, Client client, Path home, Consumer<ToolProcess> feeder)
      throws TaskFailedException, IOException, InterruptedException {
    var file = home.resolve("list");
    var arguments = new ArrayList<>(List.of("--list", "--file=" + file));
    arguments.addAll(archive);
    try (var log = new ToolLog(home.resolve("list.log"), warning -> {}, error -> {});
        var tool =
            ToolProcess.start(
                client.program("pg_restore"), arguments, home, Stdin.WRITE, Stdout.DISCARD, log)) {
      feeder.accept(tool);
      if (!tool.await().succeeded()) {
        throw new TaskFailedException(
            Reason.RESTORE_FAILED,
            "pg_restore cannot read the archive's table of contents"
                + log.firstError().map(text -> ": " + text).orElse(""));
      }
    }
    return file;
  }

  /**
   * For {@code pg_restore --use-list}: without the entry that would give schema public the owner it
   * had on a server before 15, the superuser, since on newer servers only a superuser could.
   */
  public static Path withoutPublicSchema(Path list) throws IOException {
    var file = list.resolveSibling("list-to-use");
    try (var reader = Files.newBufferedReader(list);
        var writer = Files.newBufferedWriter(file)) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!PUBLIC_SCHEMA.matcher(line).matches()) {
          writer.write(line);
          writer.newLine();
        }
      }
    }
    return file;
  }

  private static void feed(DumpStream archive, OutputStream tool) {
    try (archive;
        tool) {
      archive.plain().transferTo(tool);
    } catch (IOException e) {
      // pg_restore ends behind the table of contents; a failing storage shows itself in its exit
      // code
    }
  }

  private static void close(ToolProcess tool) {
    try {
      tool.stdin().close();
    } catch (IOException e) {
      // it has ended
    }
  }
}
