package io.pgcask.runner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * As much of an S3 server as {@link WarmUp} needs: every object is there and empty, every directory
 * holds nothing, and whatever is written is forgotten.
 */
final class WarmUpStore implements AutoCloseable {

  private static final byte[] NO_OBJECTS =
      """
      <ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>
      """
          .getBytes(StandardCharsets.UTF_8);

  private static final byte[] NO_UPLOADS =
      """
      <ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>
      """
          .getBytes(StandardCharsets.UTF_8);

  /** As the server is told that an answer has none. */
  private static final int NO_BODY = -1;

  private final HttpServer server;

  WarmUpStore() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", WarmUpStore::answer);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("ETag", "\"0\"");
      exchange.getResponseHeaders().add("Content-Type", "application/xml");
      var body = body(exchange.getRequestMethod(), exchange.getRequestURI().getQuery());
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().add("Content-Length", "0");
      }
      exchange.sendResponseHeaders(200, body.length == 0 ? NO_BODY : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static byte[] body(String method, String query) {
    if (!method.equals("GET") || query == null) {
      return new byte[0];
    }
    return query.startsWith("uploads") ? NO_UPLOADS : NO_OBJECTS;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
