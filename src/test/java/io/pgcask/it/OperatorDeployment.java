package io.pgcask.it;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;

/** The operator as the chart installed it: stopped, started, doubled and killed by tests. */
final class OperatorDeployment {

  private static final String NAME = "pgcask";

  /** A start takes five seconds of processor time, on cores that are busy with other tests. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KubernetesClient client;

  OperatorDeployment(KubernetesClient client) {
    this.client = client;
  }

  /** Runs so many operators; returns when they are ready and all others are gone. */
  void scale(int replicas) {
    client
        .apps()
        .deployments()
        .inNamespace(Cluster.SYSTEM_NAMESPACE)
        .withName(NAME)
        .edit(deployment -> deployment.edit().editSpec().withReplicas(replicas).endSpec().build());
    if (replicas == 0) {
      kill();
    }
    await("%d operators".formatted(replicas))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> pods().size() == replicas && pods().stream().allMatch(this::ready));
  }

  /** As a power failure would: without a signal. The deployment makes another one. */
  void kill() {
    pods().forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
  }

  /** Kills it and returns when its successor is ready. */
  void restart() {
    var before = pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
    kill();
    await("another operator")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                !pods().isEmpty()
                    && pods().stream()
                        .allMatch(
                            pod -> !before.contains(pod.getMetadata().getUid()) && ready(pod)));
  }

  /** Kills its process without a signal that it could see. Its pod starts it again. */
  void killProcess(Node node) {
    pods().forEach(pod -> node.kill("quarkus-run", pod));
  }

  String log(Duration since) {
    var text = new StringBuilder();
    for (var pod : pods()) {
      text.append("--- ").append(pod.getMetadata().getName()).append('\n');
      text.append(
          client
              .pods()
              .resource(pod)
              .sinceSeconds(Math.toIntExact(since.toSeconds() + 1))
              .getLog());
    }
    return text.toString();
  }

  private List<Pod> pods() {
    return client
        .pods()
        .inNamespace(Cluster.SYSTEM_NAMESPACE)
        .withLabel("app.kubernetes.io/name", NAME)
        .list()
        .getItems();
  }

  private boolean ready(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }
}
