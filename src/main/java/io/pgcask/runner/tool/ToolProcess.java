package io.pgcask.runner.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A client program that runs: started from a list of arguments, without a shell. */
public final class ToolProcess implements AutoCloseable {
  /** Exit codes from here on mean that a signal ended it: 128 and its number. */
  private static final int SIGNALS = 128;

  private static final Duration AFTER_KILL = Duration.ofSeconds(10);

  private final Process process;
  private final FutureTask<Void> drained;

  private ToolProcess(Process process, FutureTask<Void> drained) {
    this.process = process;
    this.drained = drained;
  }

  /** Where a tool's stdout goes. */
  public enum Stdout {
    /** To us. */
    READ,
    /** Nowhere. */
    DISCARD
  }

  /** Where a tool's stdin comes from. */
  public enum Stdin {
    /** From us. */
    WRITE,
    /** It has none. */
    NONE
  }

  /**
   * Starts a program. Its environment holds nothing of ours (a PG* variable would change what is
   * dumped) but the C locale and a home without files.
   *
   * @param home an existing directory; its working directory is the same
   * @throws IOException if it cannot be started
   */
  public static ToolProcess start(
      Path program, List<String> arguments, Path home, Stdin stdin, Stdout stdout, ToolLog log)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(arguments);
    log.command(command);
    var builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH",
                "/usr/bin:/bin",
                "LC_ALL",
                "C.UTF-8",
                "HOME",
                home.toString(),
                "TMPDIR",
                home.toString()));
    if (stdin == Stdin.NONE) {
      builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    }
    if (stdout == Stdout.DISCARD) {
      builder.redirectOutput(Redirect.DISCARD);
    }
    var process = builder.start();
    var name = program.getFileName().toString();
    var drained =
        new FutureTask<Void>(
            () -> {
              log.drain(name, process.getErrorStream());
              return null;
            });
    Thread.ofPlatform().daemon().name(name + "-stderr").start(drained);
    return new ToolProcess(process, drained);
  }

  /** What it writes. */
  public InputStream stdout() {
    return process.getInputStream();
  }

  /** What it reads. */
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  /**
   * Ends it and what it started, at once, stopped processes included. Not by {@link
   * Process#destroyForcibly}, which closes the streams under their readers.
   */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.toHandle().destroyForcibly();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** How long it, and what it started and still runs, has been on a processor so far. */
  public Duration processorTime() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .flatMap(running -> running.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * Bytes that it, and what it started and still runs, has read and written so far, as far as the
   * system counts and tells them: enough to see whether anything moves. May fall when a process
   * ends.
   */
  public long bytesMoved() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .mapToLong(running -> bytesMoved(Path.of("/proc/" + running.pid() + "/io")))
        .sum();
  }

  private static long bytesMoved(Path counters) {
    try (var lines = Files.lines(counters)) {
      return lines
          .filter(line -> line.startsWith("rchar: ") || line.startsWith("wchar: "))
          .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // it has just ended
    }
  }

  /** Runs something in a thread of its own when it has ended. */
  public void onEnd(Runnable action) {
    process.onExit().thenRunAsync(action, task -> Thread.ofPlatform().daemon().start(task));
  }

  /** Waits for its end, but no longer than that; true if it has ended. */
  public boolean endsWithin(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Names of the files in a directory that it, or a process that it started, has open now. One that
   * it is just opening may have its name already and be absent here.
   *
   * @throws IOException if the system does not tell; who takes that for none would take half a file
   *     for a whole one
   */
  public Set<String> openFiles(Path directory) throws IOException {
    var names = new HashSet<String>();
    var processes = new ArrayList<>(process.descendants().toList());
    processes.add(process.toHandle());
    for (var running : processes) {
      try (var descriptors = Files.newDirectoryStream(Path.of("/proc/" + running.pid() + "/fd"))) {
        for (var descriptor : descriptors) {
          fileOf(descriptor)
              .filter(file -> directory.equals(file.getParent()))
              .ifPresent(file -> names.add(file.getFileName().toString()));
        }
      } catch (IOException | DirectoryIteratorException e) {
        if (!hasEnded(running)) {
          throw new IOException("cannot see which files the tool has open", e);
        }
      }
    }
    return names;
  }

  /** Whether a process whose files cannot be seen is just ending. */
  private static boolean hasEnded(ProcessHandle process) {
    try {
      process.onExit().get(1, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Path> fileOf(Path descriptor) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // closed meanwhile
    }
  }

  /**
   * Waits for its end and for the end of its stderr.
   *
   * @return how it ended
   * @throws IOException if its stderr could not be read or kept: warnings may be missing then
   */
  public Exit await() throws IOException, InterruptedException {
    int code = process.waitFor();
    try {
      drained.get();
    } catch (ExecutionException e) {
      throw new IOException("the messages of the tool could not be kept", e.getCause());
    }
    return new Exit(code);
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    kill();
    try {
      process.waitFor(AFTER_KILL.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How a tool ended. */
  public record Exit(int code) {
    /** With 0. */
    public boolean succeeded() {
      return code == 0;
    }

    /** By a signal. */
    public boolean killed() {
      return code > SIGNALS;
    }

    /** The signal's number, if killed. */
    public int signal() {
      return code - SIGNALS;
    }
  }
}
