package io.pgcask.operator.schedule.notification;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.operator.connection.SecretReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An API server that has Secrets and nothing else, and the reader that asks it. */
final class TestSecrets implements AutoCloseable {

  private final Function<String, Optional<Map<String, String>>> secrets;
  private final AtomicInteger reads = new AtomicInteger();
  private final HttpServer server;

  /**
   * Starts it.
   *
   * @param secrets the data of a Secret by its name, in every namespace; empty: there is none
   */
  TestSecrets(Function<String, Optional<Map<String, String>>> secrets) {
    this.secrets = secrets;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/api/v1/namespaces/", this::answer);
    server.start();
  }

  SecretReader reader() {
    var config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    return new SecretReader(new KubernetesClientBuilder().withConfig(config).build());
  }

  /** How often a Secret was asked for. */
  int reads() {
    return reads.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    reads.incrementAndGet();
    var path = exchange.getRequestURI().getPath();
    var name = path.substring(path.lastIndexOf('/') + 1);
    var found = secrets.apply(name);
    var body = found.map(data -> secret(name, data)).orElse("{}").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(found.isPresent() ? 200 : 404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String secret(String name, Map<String, String> data) {
    return Serialization.asJson(
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withData(
                data.entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            Map.Entry::getKey,
                            entry ->
                                Base64.getEncoder()
                                    .encodeToString(
                                        entry.getValue().getBytes(StandardCharsets.UTF_8)))))
            .build());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
