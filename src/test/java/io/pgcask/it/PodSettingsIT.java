package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import java.util.Map;
import java.util.Optional;

/** What pod settings come to on a real API server, under the restricted Pod Security Standard. */
@OnCluster
class PodSettingsIT {

  private static final String POD =
      """
      pod:
        resources: {requests: {cpu: 100m}, limits: {memory: 640Mi}}
        nodeSelector: {kubernetes.io/os: linux}
        tolerations: [{key: example.com/backups, operator: Exists, effect: NoSchedule}]
        affinity:
          nodeAffinity:
            preferredDuringSchedulingIgnoredDuringExecution:
              - {weight: 1, preference: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}}
        labels: {team: shop, pgcask.io/task: forged}
        annotations: {example.com/note: "hello, pod"}
        env: [{name: TZ, value: Europe/Berlin}]
        scratch: {sizeLimit: 256Mi}
      """;

  @ConcurrentTest
  void aPodIsAsTheBackupAsks(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "pods", "pods", "secret").withSample();
    workspace.connection("shop", shop);

    // When
    workspace.backup("nightly", "shop", workspace.s3(), "format: Directory\n" + POD);
    var backup = workspace.completedBackup("nightly");

    // Then
    var pod = podOf(workspace, backup);
    assertThat(pod.getMetadata().getLabels())
        .containsEntry("team", "shop")
        .containsEntry(Labels.TASK, "backup");
    assertThat(pod.getMetadata().getAnnotations())
        .containsEntry("example.com/note", "hello, pod")
        .containsEntry("sidecar.istio.io/inject", "false");
    assertThat(pod.getSpec().getNodeSelector()).containsEntry("kubernetes.io/os", "linux");
    assertThat(pod.getSpec().getTolerations())
        .anyMatch(toleration -> "example.com/backups".equals(toleration.getKey()));
    assertThat(
            pod.getSpec()
                .getAffinity()
                .getNodeAffinity()
                .getPreferredDuringSchedulingIgnoredDuringExecution())
        .hasSize(1);
    assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    var container = pod.getSpec().getContainers().getFirst();
    assertThat(container.getResources().getLimits()).containsEntry("memory", new Quantity("640Mi"));
    assertThat(container.getResources().getRequests())
        .as("the chart's memory, merged by key")
        .containsEntry("cpu", new Quantity("100m"))
        .containsKey("memory");
    assertThat(container.getEnv()).contains(new EnvVar("TZ", "Europe/Berlin", null));
    assertThat(scratch(pod).getEmptyDir().getSizeLimit()).isEqualTo(new Quantity("256Mi"));
    var resolved = backup.getStatus().resolved();
    assertThat(resolved.pod().labels()).containsEntry("team", "shop");
    assertThat(resolved.pod().resources().requests()).containsKey("memory");
    assertThat(resolved.image()).isEqualTo(container.getImage());
  }

  @ConcurrentTest
  void whatAConnectionGivesIsUsedByWhatNamesNothingItself(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "given", "given", "secret").withSample();
    workspace.connection(
        "shop",
        shop,
        """
        defaultStorage: %s
        defaultPod:
          labels: {team: shop, tier: default}
          nodeSelector: {kubernetes.io/os: linux}
        """
            .formatted(workspace.s3()));

    // When
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata: {name: nightly}
        spec:
          connectionRef: {name: shop}
          pod: {labels: {tier: own}}
        """);
    var backup = workspace.completedBackup("nightly");
    workspace.restore("copy", "{backupRef: {name: nightly}}", "shop", "given_copy", "");
    var restore = workspace.completedRestore("copy");

    // Then
    assertThat(backup.getStatus().location()).startsWith("s3://" + S3Server.BUCKET + "/");
    assertThat(podOf(workspace, backup).getMetadata().getLabels())
        .containsEntry("team", "shop")
        .containsEntry("tier", "own");
    assertThat(workspace.get(Pod.class, restore.getStatus().podName()).getMetadata().getLabels())
        .containsEntry("team", "shop")
        .containsEntry("tier", "default");
    assertThat(shop.sibling("given_copy").contents()).containsExactlyEntriesOf(shop.contents());

    // When the connection gives something else from now on
    workspace.patchSpec(
        PostgresConnection.class, "shop", "{\"defaultStorage\":null,\"defaultPod\":null}");
    workspace.annotate(Backup.class, "nightly", Labels.VERIFY, "Hash/later");
    workspace.await(
        Backup.class,
        "nightly",
        found ->
            found.getStatus().lastHandled() != null
                && "Hash/later".equals(found.getStatus().lastHandled().verify()));

    // Then later Jobs have what the Backup was made with
    assertThat(workspace.jobs())
        .filteredOn(job -> "verify".equals(job.getMetadata().getLabels().get(Labels.TASK)))
        .singleElement()
        .satisfies(
            job ->
                assertThat(job.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(Map.of("team", "shop", "tier", "own")));
  }

  @ConcurrentTest
  void aBackupThatSaysNowhereWhereToFailsAndSaysSo(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "nowhere", "nowhere", "secret");
    workspace.connection("shop", shop);

    // When
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata: {name: nightly}
        spec: {connectionRef: {name: shop}}
        """);

    // Then
    var failed = workspace.failedBackup("nightly", Reason.NO_STORAGE);
    assertThat(failed.getStatus().message())
        .contains("spec.storage", "defaultStorage of PostgresConnection shop");
    assertThat(workspace.jobs()).isEmpty();
  }

  @ConcurrentTest
  void settingsThatTheApiServerRefusesFailTheBackupInItsWords(
      Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "refused", "refused", "secret");
    workspace.connection("shop", shop);

    // When
    workspace.backup(
        "nightly",
        "shop",
        workspace.s3(),
        "pod: {resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}");

    // Then
    var failed = workspace.failedBackup("nightly", Reason.INVALID_POD_SETTINGS);
    assertThat(failed.getStatus().message()).contains("memory limit");
    assertThat(workspace.jobs()).isEmpty();
  }

  private static Pod podOf(Workspace workspace, Backup backup) {
    return Optional.ofNullable(workspace.get(Pod.class, backup.getStatus().podName()))
        .orElseThrow();
  }

  private static Volume scratch(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals("scratch"))
        .findFirst()
        .orElseThrow();
  }
}
