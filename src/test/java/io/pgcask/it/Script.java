package io.pgcask.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.testcontainers.containers.GenericContainer;

/** Scripts of a shell in a container of a test. */
final class Script {

  private Script() {}

  /**
   * Runs a script to its end; fails if the script does.
   *
   * @param shell what the image has, {@code bash} or only {@code sh}
   */
  static void run(GenericContainer<?> container, String shell, String script) {
    try {
      var result = container.execInContainer(shell, "-c", script);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(script + "\n" + result.getStdout() + result.getStderr());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
