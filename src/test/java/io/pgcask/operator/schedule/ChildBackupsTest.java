package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.BackupPhase;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChildBackupsTest {

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;

  /** An API server on which the Backup has changed meanwhile. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(HttpURLConnection.HTTP_CONFLICT, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void cancelsOnlyWhatIsAsItWasRead() {
    // Given
    var config =
        new ConfigBuilder()
            .withMasterUrl("http://localhost:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .build();
    var backup = Schedules.backup("nightly-20261126-1300", BackupPhase.RUNNING, null);
    backup.getMetadata().setResourceVersion("41");

    // When
    try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
      var backups = new ChildBackups(client);
      assertThatThrownBy(() -> backups.cancel(backup))
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              e -> assertThat(e.getCode()).isEqualTo(HttpURLConnection.HTTP_CONFLICT));
    }

    // Then
    assertThat(requests)
        .singleElement()
        .satisfies(
            body ->
                assertThat(Serialization.unmarshal(body, Map.class))
                    .isEqualTo(
                        Map.of(
                            "metadata",
                            Map.of("resourceVersion", "41"),
                            "spec",
                            Map.of("cancel", true))));
  }
}
