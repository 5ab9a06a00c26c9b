package io.pgcask.runner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pgcask.contract.Mounts;
import io.pgcask.postgres.ClientTools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/**
 * Does what {@link RunnerMain} does, but task after task within one JVM, each with places of its
 * own. It runs in a container of the product's image; see {@link WarmRunner}.
 */
final class RunnerService {
  static final int PORT = 8080;

  /** Directory with one directory per task, in which all that a Job mounts has its own. */
  static final Path TASKS = Path.of("/tasks");

  /** Header of an answer. */
  static final String EXIT_CODE = "Exit-Code";

  static final String READY = "ready for tasks";

  private RunnerService() {}

  /** Answers {@code POST /NAME-OF-DIRECTORY} with a task by what the runner prints. */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    var server = HttpServer.create(new InetSocketAddress(PORT), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", RunnerService::answer);
    server.start();
    System.out.println(READY);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange;
        var temporary = WorkDirectory.create(Path.of("/tmp"))) {
      var directory = TASKS.resolve(exchange.getRequestURI().getPath().substring(1));
      var task = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var printed = new ByteArrayOutputStream();
      int code;
      try (var out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
        code = new Runner(places(directory, temporary.path(), out), new Cancellation()).run(task);
      }
      exchange.getResponseHeaders().add(EXIT_CODE, Integer.toString(code));
      exchange.sendResponseHeaders(200, 0);
      printed.writeTo(exchange.getResponseBody());
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      throw e;
    }
  }

  private static RunnerEnvironment places(Path directory, Path temporary, PrintStream out) {
    return new RunnerEnvironment(
        directory.resolve("connection"),
        directory.resolve("storage"),
        directory.resolve("encryption"),
        temporary,
        Path.of(Mounts.VOLUME),
        directory.resolve("copies"),
        directory.resolve("sql"),
        temporary,
        directory.resolve("message"),
        ClientTools.DEFAULT_ROOT,
        out);
  }
}
