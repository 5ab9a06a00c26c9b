package io.pgcask.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Containers of the integration tests, through the {@code docker} program: the images are those of
 * {@code dev/images}. Every container carries a label and is removed with its network in the end.
 */
public final class DockerCli implements AutoCloseable {
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);

  private final String network = "pgcask-it-" + UUID.randomUUID().toString().substring(0, 8);
  private final List<String> containers = new ArrayList<>();
  private final Map<String, Integer> ports = new ConcurrentHashMap<>();

  public DockerCli() {
    must("network", "create", network);
  }

  /** The network that the containers share, where each is known by its name. */
  public String network() {
    return network;
  }

  /**
   * Starts a container in the background.
   *
   * @param name its host name in the network
   * @param arguments of {@code docker run}: options, image, command
   * @return its id
   */
  public synchronized String start(String name, List<String> arguments) {
    var command = new ArrayList<>(List.of("run", "-d", "--network", network));
    command.addAll(List.of("--network-alias", name, "--label", "pgcask-it"));
    command.addAll(arguments);
    var id = must(command.toArray(String[]::new)).strip();
    containers.add(id);
    return id;
  }

  /** The port on 127.0.0.1 at which a published port of a container is reached, while it lives. */
  public int port(String container, int port) {
    return ports.computeIfAbsent(container + " " + port + "/tcp", DockerCli::askPort);
  }

  private static int askPort(String containerAndPort) {
    var words = containerAndPort.split(" ");
    var lines = must("port", words[0], words[1]).strip();
    return Integer.parseInt(lines.lines().findFirst().orElseThrow().replaceAll(".*:", ""));
  }

  /** Starts a container again that has ended; its published ports are others then. */
  public void startAgain(String container) {
    must("start", container);
    forgetPorts(container);
  }

  /** Joins a container to one more network; its published ports are others then. */
  public void connect(String container, String another, String alias) {
    must("network", "connect", "--alias", alias, another, container);
    forgetPorts(container);
  }

  /** Undoes {@link #connect}. */
  public void disconnect(String container, String another) {
    must("network", "disconnect", another, container);
    forgetPorts(container);
  }

  private void forgetPorts(String container) {
    ports.keySet().removeIf(key -> key.startsWith(container));
  }

  /**
   * Waits until a line of a container's log contains a text; fails if the container ends before.
   */
  public void awaitLog(String container, String text) {
    try {
      var follow =
          new ProcessBuilder("docker", "logs", "--follow", container)
              .redirectErrorStream(true)
              .start();
      follow.onExit().orTimeout(1, TimeUnit.MINUTES).whenComplete((end, late) -> follow.destroy());
      try (var lines = follow.inputReader()) {
        if (lines.lines().noneMatch(line -> line.contains(text))) {
          throw new IllegalStateException(
              container + " never said '" + text + "':\n" + run("logs", container).output());
        }
      } finally {
        follow.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs docker and returns what it printed; fails if docker fails. */
  public static String must(String... arguments) {
    var outcome = run(arguments);
    if (outcome.code() != 0) {
      throw new IllegalStateException(
          "docker " + String.join(" ", arguments) + ":\n" + outcome.output());
    }
    return outcome.output();
  }

  /** Runs docker, both outputs in one. */
  public static Outcome run(String... arguments) {
    var command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return execute(command);
  }

  /** Runs any program, both outputs in one; one that does not end is killed. */
  static Outcome execute(List<String> command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var end = process.onExit().orTimeout(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS);
      // by its handle: otherwise what it has printed could not be read any more
      end.whenComplete((ended, late) -> process.toHandle().destroyForcibly());
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes());
      end.join();
      return new Outcome(process.exitValue(), output);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (CompletionException e) {
      throw new IllegalStateException(command + " does not end", e);
    }
  }

  @Override
  public synchronized void close() {
    for (var container : containers) {
      run("rm", "-fv", container);
    }
    run("network", "rm", network);
  }

  /**
   * How a docker command ended.
   *
   * @param code its exit code
   * @param output both outputs
   */
  public record Outcome(int code, String output) {}
}
