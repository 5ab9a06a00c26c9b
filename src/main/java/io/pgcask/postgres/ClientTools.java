package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The client programs of several major versions, as Debian lays them out: {@code
 * /usr/lib/postgresql/17/bin/pg_dump}.
 */
public final class ClientTools {
  /** Where Debian's and PGDG's packages put them. */
  public static final Path DEFAULT_ROOT = Path.of("/usr/lib/postgresql");

  private static final String PROBE = "pg_dump";

  private final Path root;
  private final NavigableSet<Integer> majors;

  private ClientTools(Path root, NavigableSet<Integer> majors) {
    this.root = root;
    this.majors = majors;
  }

  /**
   * Finds what is installed under a directory.
   *
   * @throws UncheckedIOException if the directory exists and cannot be read
   */
  public static ClientTools under(Path root) {
    var majors = new TreeSet<Integer>();
    if (Files.isDirectory(root)) {
      try (var children = Files.list(root)) {
        children
            .filter(child -> child.getFileName().toString().matches("[1-9][0-9]"))
            .filter(child -> Files.isExecutable(child.resolve("bin").resolve(PROBE)))
            .map(child -> Integer.parseInt(child.getFileName().toString()))
            .forEach(majors::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new ClientTools(root, majors);
  }

  /** The majors that are installed, oldest first. */
  public List<Integer> majors() {
    return List.copyOf(majors);
  }

  /**
   * The client for a server: its own major, else the nearest newer one. An older pg_dump refuses a
   * newer server, and an older pg_restore a newer archive.
   *
   * @throws PostgresException VersionUnsupported if every client is older
   */
  public Client choose(int major) throws PostgresException {
    var found = majors.ceiling(major);
    if (found == null) {
      throw new PostgresException(
          Reason.VERSION_UNSUPPORTED,
          "PostgreSQL "
              + major
              + " needs a client of major version "
              + major
              + " or newer; the image has "
              + majors.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    return client(found);
  }

  /**
   * The newest client.
   *
   * @throws PostgresException VersionUnsupported if there is none at all
   */
  public Client newest() throws PostgresException {
    return choose(majors.isEmpty() ? ServerFacts.MIN_VERSION_NUM / 10000 : majors.last());
  }

  private Client client(int major) {
    return new Client(major, root.resolve(Integer.toString(major)).resolve("bin"));
  }

  /**
   * The programs of one major version.
   *
   * @param major for example 17
   * @param directory that holds them
   */
  public record Client(int major, Path directory) {
    /** Path of a program, for example of {@code pg_dump}. */
    public Path program(String name) {
      return directory.resolve(name);
    }

    /**
     * The full version of a program, for example 17.6, as {@code --version} prints it.
     *
     * @throws IOException if it cannot be run or prints something else
     */
    public String version(String name) throws IOException {
      var process =
          new ProcessBuilder(program(name).toString(), "--version")
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String line;
      try (var reader = process.inputReader()) {
        line = reader.readLine();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while asking " + name + " for its version", e);
      }
      // pg_dump (PostgreSQL) 17.6 (Debian 17.6-1)
      var words = line == null ? new String[0] : line.split(" ");
      if (words.length < 3) {
        throw new IOException(program(name) + " does not tell its version");
      }
      return words[2];
    }
  }
}
