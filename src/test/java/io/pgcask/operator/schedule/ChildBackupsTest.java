package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.BackupPhase;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildBackupsTest {

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private int answer = HttpURLConnection.HTTP_CONFLICT;
  private HttpServer server;
  private KubernetesClient client;
  private ChildBackups backups;

  /** An API server that carries out nothing; by default since the Backup has changed meanwhile. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    var config =
        new ConfigBuilder()
            .withMasterUrl("http://localhost:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
    backups = new ChildBackups(client);
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void cancelsOnlyWhatIsAsItWasRead() {
    // Given
    var backup = Schedules.backup("nightly-20261126-1300", BackupPhase.RUNNING, null);
    backup.getMetadata().setResourceVersion("41");

    // When
    assertThatThrownBy(() -> backups.cancel(backup))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> assertThat(e.getCode()).isEqualTo(HttpURLConnection.HTTP_CONFLICT));

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

  @Test
  void saysWhyABackupCannotBeCancelled() {
    answer = HttpURLConnection.HTTP_FORBIDDEN;
    var backup = Schedules.backup("nightly-20261126-1300", BackupPhase.RUNNING, null);
    backup.getMetadata().setResourceVersion("41");

    assertThat(backups.cancel(backup)).isPresent();
  }

  /** So that the schedule can say so, and see to everything else. */
  @ParameterizedTest
  @CsvSource({"403, Refused", "422, Refused", "500, Unanswered", "503, Unanswered"})
  void aBackupThatIsNotTakenIsNoException(int code, String creation) {
    answer = code;
    var run = new Run("nightly-20261126-1300", Instant.EPOCH, new Run.Cause.Immediate());

    assertThat(backups.create(ScheduleFixture.schedule(), run).getClass().getSimpleName())
        .isEqualTo(creation);
  }
}
