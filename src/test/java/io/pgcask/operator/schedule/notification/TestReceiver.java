package io.pgcask.operator.schedule.notification;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A receiver on this machine that keeps what it is told, and answers as a test says. */
public final class TestReceiver implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile HttpHandler answer = exchange -> exchange.sendResponseHeaders(204, -1);

  /** What came. Names of headers are in lower case. */
  public record Request(
      String method, String target, Map<String, String> headers, byte[] content) {}

  private TestReceiver(HttpServer server) {
    this.server = server;
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  static TestReceiver http() throws IOException {
    return new TestReceiver(HttpServer.create(anyPort(), 0));
  }

  /**
   * One that others than this machine reach.
   *
   * @param port 0 for any
   */
  public static TestReceiver everywhere(int port) throws IOException {
    return new TestReceiver(HttpServer.create(new InetSocketAddress(port), 0));
  }

  static TestReceiver https(SSLContext context) throws IOException {
    var server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new TestReceiver(server);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      requests.add(
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers,
              exchange.getRequestBody().readAllBytes()));
      answer.handle(exchange);
    }
  }

  /** Answers so from now on. */
  TestReceiver answering(HttpHandler answer) {
    this.answer = answer;
    return this;
  }

  TestReceiver answering(int code) {
    return answering(exchange -> exchange.sendResponseHeaders(code, -1));
  }

  /** What came so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  URI url(String host, String target) {
    var scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create("%s://%s:%d%s".formatted(scheme, host, port(), target));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
