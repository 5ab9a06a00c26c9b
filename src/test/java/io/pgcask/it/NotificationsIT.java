package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.TestReceiver;
import io.pgcask.operator.schedule.notification.TestReceiver.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Receivers are told by the deployed operator, whatever becomes of it and of them. */
@OnCluster
class NotificationsIT {

  /** What no status, Event or log may show. */
  private static final String TOKEN = "tOkEn";

  private static final String METADATA = "http://169.254.169.254/" + TOKEN;

  @Test
  void receiversAreToldOnceAlsoIfTheyWereAwayAndTheOperatorWasKilled(
      Cluster cluster, Workspace workspace) throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "told", "told", "secret").withSample();
    workspace.connection("shop", shop);
    var receiver = TestReceiver.everywhere(0);
    var port = receiver.port();
    for (var name : List.of("hook", "slack", "beat")) {
      workspace.secret(name, Map.of("url", url(cluster, port, name), "hmac", "k".repeat(32)));
    }
    workspace.secret("metadata", Map.of("url", METADATA));
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: nightly}
        spec:
          schedule: "0 0 1 1 *"
          template: {spec: {connectionRef: {name: shop}, storage: %s}}
          notifications:
            - webhook: {urlSecretRef: {name: hook, key: url}, hmacSecretRef: {name: hook, key: hmac}}
              events: [Failed, Overdue, Recovered, Completed]
            - webhook: {urlSecretRef: {name: slack, key: url}, format: Slack}
            - heartbeat: {urlSecretRef: {name: beat, key: url}}
            - webhook: {urlSecretRef: {name: metadata, key: url}}
              events: [Failed]
        """
            .formatted(workspace.s3()));

    // Then what cannot work shows before anything has happened
    var refused = awaitReason(workspace, Reason.ADDRESS_REFUSED);
    assertThat(refused.status()).isEqualTo("False");
    assertThat(refused.message()).contains("169.254.169.254");
    workspace.awaitEvents("nightly", Reason.ADDRESS_REFUSED.word());

    // When a Backup fails
    backup(workspace, "bad", workspace.s3("no-such-bucket", "s3"));
    workspace.failedBackup("bad", Reason.STORAGE_NOT_FOUND);

    // Then
    await("Failed").until(() -> receiver.requests().size() == 2);
    var failed =
        receiver.requests().stream()
            .filter(one -> one.target().startsWith("/hook"))
            .findFirst()
            .orElseThrow();
    assertThat(json(failed).get("type").asText()).isEqualTo("io.pgcask.backup.failed");
    assertThat(json(failed).at("/data/reason").asText()).isEqualTo("StorageNotFound");
    assertThat(json(failed).get("subject").asText()).isEqualTo("bad");
    assertThat(failed.headers()).containsKey("webhook-signature");
    assertThat(receiver.requests())
        .anySatisfy(
            one -> {
              assertThat(one.target()).startsWith("/slack");
              assertThat(json(one).get("text").asText()).contains("bad failed", "StorageNotFound");
            });

    // When nobody listens, the operator is killed, and they are back
    receiver.close();
    backup(workspace, "good", workspace.s3());
    workspace.completedBackup("good");
    workspace.await(
        BackupSchedule.class,
        "nightly",
        found ->
            found.getStatus().pendingDeliveries() != null
                && found.getStatus().pendingDeliveries().stream()
                        .filter(one -> "good".equals(one.backup()) && one.attempts() != null)
                        .count()
                    == 3);
    cluster.operator().restart();
    try (var back = TestReceiver.everywhere(port)) {
      await("delivered").atMost(Duration.ofMinutes(2)).until(() -> back.requests().size() >= 4);
      workspace.await(
          BackupSchedule.class,
          "nightly",
          found ->
              found.getStatus().pendingDeliveries().stream()
                  .allMatch(one -> one.urlSecretRef().name().equals("metadata")));

      // Then each is told once
      assertThat(back.requests())
          .extracting(NotificationsIT::what)
          .containsExactlyInAnyOrder(
              "POST hook io.pgcask.backup.completed",
              "POST hook io.pgcask.backup.recovered",
              "POST slack ",
              "GET beat ");
    }

    // and nobody is told the URLs
    var schedule =
        Serialization.asYaml(workspace.await(BackupSchedule.class, "nightly", found -> true));
    assertThat(schedule).doesNotContain(TOKEN).contains("pendingDeliveries");
    assertThat(cluster.operator().log(Duration.ofMinutes(5))).doesNotContain(TOKEN);
    assertThat(workspace.report()).doesNotContain(TOKEN);
  }

  /** As the schedule makes them, at another time. */
  private static void backup(Workspace workspace, String name, String storage) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata:
          name: %s
          labels: {pgcask.io/schedule: nightly}
          annotations: {pgcask.io/schedule: nightly}
        spec: {connectionRef: {name: shop}, storage: %s}
        """
            .formatted(name, storage));
  }

  private static Condition awaitReason(Workspace workspace, Reason reason) {
    return ready(
        workspace.await(
            BackupSchedule.class,
            "nightly",
            found ->
                found.getStatus().conditions() != null
                    && found.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.reason().equals(reason.word()))));
  }

  private static Condition ready(BackupSchedule schedule) {
    return schedule.getStatus().conditions().stream()
        .filter(condition -> condition.type().equals(Condition.NOTIFICATIONS_READY))
        .findFirst()
        .orElseThrow();
  }

  private static String url(Cluster cluster, int port, String name) {
    return "http://%s:%d/%s/%s".formatted(cluster.postgres(17).gateway(), port, name, TOKEN);
  }

  private static String what(Request request) {
    var type = request.content().length == 0 ? "" : json(request).path("type").asText();
    return "%s %s %s".formatted(request.method(), request.target().split("/")[1], type);
  }

  private static JsonNode json(Request request) {
    try {
      return new ObjectMapper().readTree(request.content());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
