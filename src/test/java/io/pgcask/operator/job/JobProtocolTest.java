package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Times;
import io.pgcask.operator.schedule.MovableClock;
import io.pgcask.operator.status.StatusWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobProtocolTest {

  private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
  private static final String WORDS = "exceeded quota: jobs, requested: count/jobs.batch=1";

  private final MovableClock clock = new MovableClock(NOW);
  private final Backup backup = new Backup();
  private final Job desired =
      new JobBuilder()
          .withNewMetadata()
          .withName("nightly-1")
          .withNamespace("shop")
          .endMetadata()
          .build();
  private int code;
  private boolean isThere;
  private HttpServer server;
  private KubernetesClient client;
  private JobProtocol protocol;

  /** An API server that refuses every write; nothing is there but, if so, the Job. */
  @BeforeEach
  void start() throws IOException {
    backup.getMetadata().setName("nightly");
    backup.getMetadata().setUid("of-the-backup");
    backup.getMetadata().setNamespace("shop");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          var reads = exchange.getRequestMethod().equals("GET");
          var answer = reads ? (isThere ? 200 : 404) : code;
          var body = Serialization.asJson(answer(reads, answer)).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(answer, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://localhost:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    protocol = new JobProtocol(new Jobs(client), new StatusWriter(client), clock);
  }

  private Object answer(boolean reads, int answer) {
    return reads && isThere
        ? existing()
        : new StatusBuilder().withCode(answer).withMessage(WORDS).build();
  }

  private Job existing() {
    return new JobBuilder(desired)
        .editMetadata()
        .withUid("of-the-job")
        .addToLabels(Labels.OWNER_UID, backup.getMetadata().getUid())
        .endMetadata()
        .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  /** Which the reconciler gives up after pendingDeadlineSeconds, as it does a pod. */
  @ParameterizedTest
  @ValueSource(ints = {400, 403, 500})
  void aRefusedJobIsWaitedFor(int answer) throws Exception {
    code = answer;
    var run =
        new Run(
            Run.Stage.STARTED,
            "shop",
            Deadlines.of(null, 10, null),
            false,
            "nightly-1",
            null,
            null,
            NOW,
            null,
            null,
            Optional.empty(),
            1L);

    var step = protocol.advance(backup, run, () -> desired);

    assertThat(step)
        .isInstanceOfSatisfying(
            JobProtocol.Step.Observed.class,
            observed -> {
              assertThat(observed.state())
                  .isEqualTo(
                      new JobState.Waiting(
                          desired, new Trouble(Reason.QUOTA_EXCEEDED, WORDS), true));
              assertThat(run.deadlines().passed(NOW, observed.state(), NOW.plusSeconds(11)))
                  .hasValueSatisfying(trouble -> assertThat(trouble.message()).contains(WORDS));
            });
  }

  /** The one that has the last place of a quota on Jobs, for example. */
  @Test
  void whatIsThereIsNotRefused() throws Exception {
    code = 403;
    isThere = true;

    assertThat(new Jobs(client).createOrAdopt(backup, desired))
        .isInstanceOfSatisfying(
            Jobs.Creation.There.class,
            there -> assertThat(there.job().getMetadata().getUid()).isEqualTo("of-the-job"));
  }

  @Test
  void aRefusedHelperWaitsSinceTheFirstRefusal() {
    code = 403;
    protocol.helper(backup, desired);
    clock.move(Duration.ofMinutes(5));

    var state = protocol.helper(backup, desired);

    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Waiting.class,
            waiting -> {
              assertThat(Times.created(waiting.job())).isEqualTo(NOW);
              assertThat(waiting.cause()).isEqualTo(new Trouble(Reason.QUOTA_EXCEEDED, WORDS));
            });
  }
}
