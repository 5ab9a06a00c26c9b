package io.pgcask.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A command line program such as kubectl, with the arguments and variables of every call.
 *
 * @param command program and first arguments
 */
record Program(List<String> command, Map<String, String> environment) {

  /** How a call ended. */
  record Outcome(int exitCode, String output, String errors) {}

  /**
   * Runs it and gives its output.
   *
   * @throws AssertionError if it ends with another code than 0
   */
  String run(String... arguments) {
    var outcome = attempt(arguments);
    if (outcome.exitCode() != 0) {
      throw new AssertionError(
          "%s %s ended with %d:\n%s%s"
              .formatted(
                  command,
                  Arrays.toString(arguments),
                  outcome.exitCode(),
                  outcome.output(),
                  outcome.errors()));
    }
    return outcome.output();
  }

  /** Runs it, whatever it ends with. */
  Outcome attempt(String... arguments) {
    var line = new ArrayList<>(command);
    line.addAll(List.of(arguments));
    var builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var errors = CompletableFuture.supplyAsync(() -> text(process.errorReader()));
      var output = text(process.inputReader());
      return new Outcome(process.waitFor(), output, errors.join());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + line, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String text(java.io.BufferedReader reader) {
    try (reader) {
      var text = new java.io.StringWriter();
      reader.transferTo(text);
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
