package io.pgcask.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A container of the product's image whose JVM does many tasks: their code, their client programs
 * and their user are those of a Job, and only the start of a pod and of a JVM is not paid for each.
 */
final class WarmRunner {

  /** The class path of the image, and behind it that of the tests. */
  private static final String SERVICE =
      """
      exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxRAMPercentage=40 \
        -XX:AOTCache=/opt/pgcask/runner.aot \
        -cp "$(sed 1d /opt/pgcask/runner.arguments):/tests" %s
      """
          .formatted(RunnerService.class.getName());

  /** No task of a test takes as long, whatever else runs. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final String container;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private WarmRunner(DockerCli docker, String container) {
    this.container = container;
    this.address = URI.create("http://127.0.0.1:" + docker.port(container, RunnerService.PORT));
  }

  /**
   * Starts it.
   *
   * @param tasks directory with one directory per task
   * @param volume option of {@code docker run} that mounts the volume
   */
  static WarmRunner start(DockerCli docker, Path tasks, String volume) {
    var container =
        docker.start(
            "warm-runner",
            List.of(
                "--read-only",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges",
                "--user=10001:10001",
                "--memory=768m",
                "--tmpfs=/tmp:exec,mode=1777,size=192m",
                "-p=127.0.0.1::" + RunnerService.PORT,
                "-v=" + tasks + ":" + RunnerService.TASKS,
                "-v=" + classesOfTests() + ":/tests:ro",
                volume,
                "--entrypoint=sh",
                RunnerFixture.IMAGE,
                "-c",
                SERVICE));
    docker.awaitLog(container, RunnerService.READY);
    return new WarmRunner(docker, container);
  }

  private static Path classesOfTests() {
    try {
      return Path.of(
          RunnerService.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Does a task.
   *
   * @param name of its directory
   */
  Answer run(String name, byte[] task) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(address.resolve("/" + name))
            .timeout(LIMIT)
            .POST(BodyPublishers.ofByteArray(task))
            .build();
    try {
      var response = client.send(request, BodyHandlers.ofString(UTF_8));
      var code = response.headers().firstValueAsLong(RunnerService.EXIT_CODE).orElseThrow();
      return new Answer(Math.toIntExact(code), response.body());
    } catch (IOException e) {
      throw new AssertionError(DockerCli.run("logs", container).output(), e);
    }
  }

  /**
   * How a task ended.
   *
   * @param code what would be the exit code of its process
   * @param log what would be the log of its pod
   */
  record Answer(int code, String log) {}
}
