package io.pgcask.operator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpec;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import io.pgcask.operator.Labels;
import io.pgcask.operator.config.OperatorConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Builds the Job that does a task: one pod, once, under the restricted Pod Security Standard, with
 * the Secrets mounted as files and without a service-account token. A pure function of its input.
 */
@ApplicationScoped
public class JobFactory {

  /** The user of the image; see its Dockerfile. */
  private static final long USER = 10001;

  /**
   * Jobs that may run twice need not be kept; a run's own Job is kept until its result is stored.
   */
  private static final int HELPER_TTL_SECONDS = 600;

  /**
   * More than a probe is waited for. Nobody knows of one whose operator was killed meanwhile, and
   * its pod may wait for ever.
   */
  private static final long PROBE_SECONDS = 900;

  private static final long GRACE_SECONDS = 60;

  private final OperatorConfig.Runner runner;
  private final List<PodSettings> chart;

  /** Made by the container, and by tests with a configuration of their own. */
  public JobFactory(OperatorConfig config) {
    this.runner = config.runner();
    this.chart = PodPlan.ofTheChart(runner);
  }

  /**
   * What the pods of a run will be like; part of what a plan resolves.
   *
   * @param connection whose defaults are taken; empty: none
   * @param own the pod of the run's spec
   */
  public PodPlan pod(Optional<PostgresConnection> connection, Optional<PodSettings> own) {
    var shared =
        connection.map(PostgresConnection::getSpec).map(PostgresConnectionSpec::defaultPod);
    return PodPlan.of(runner.image(), chart, List.of(shared, own));
  }

  /**
   * A Job.
   *
   * @param name see {@link io.pgcask.operator.Names#job}
   * @param owner the Backup or Restore; deleting it deletes the Job
   * @param image fixed by the plan, so that a run does not change with the operator's version
   * @param settings fixed by the plan likewise; empty for plans of before there were any, which get
   *     the chart's
   * @param connectionName for the admission queue; empty for tasks that use no connection
   * @param connection the connection whose Secrets are mounted; empty likewise
   * @param suspended whether it must not run before it is recorded
   */
  public Job job(
      String name,
      HasMetadata owner,
      Task task,
      String image,
      Optional<PodSettings> settings,
      Optional<String> connectionName,
      Optional<PostgresConnectionSpec> connection,
      boolean suspended) {
    var parts =
        new PodParts(
            settings.orElseGet(() -> PodPlan.of(runner.image(), chart, List.of()).settings()));
    var labels = Labels.forTask(owner, kind(task));
    var annotations = new TreeMap<String, String>();
    annotations.put(Labels.OWNER_NAME, owner.getMetadata().getName());
    connectionName.ifPresent(value -> annotations.put(Labels.CONNECTION, value));
    var volumes = new ArrayList<Volume>();
    var mounts = new ArrayList<VolumeMount>();
    volumes.add(
        new VolumeBuilder()
            .withName("tmp")
            .withNewEmptyDir()
            .withMedium("Memory")
            .withSizeLimit(new Quantity("64Mi"))
            .endEmptyDir()
            .build());
    mounts.add(new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
    connection.ifPresent(
        spec ->
            TaskSecrets.mount(
                "connection", Mounts.CONNECTION, TaskSecrets.of(spec), volumes, mounts));
    TaskSecrets.mount("storage", Mounts.STORAGE, TaskSecrets.of(task.storage()), volumes, mounts);
    TaskSecrets.mount("encryption", Mounts.ENCRYPTION, TaskSecrets.keys(task), volumes, mounts);
    if (needsScratch(task)) {
      volumes.add(parts.scratch("scratch"));
      mounts.add(
          new VolumeMountBuilder().withName("scratch").withMountPath(Mounts.SCRATCH).build());
    }
    TaskVolumes.claim(
        "volume", Mounts.VOLUME, task.storage(), TaskVolumes.onlyReads(task), volumes, mounts);
    TaskVolumes.copies(task, volumes, mounts);
    TaskVolumes.sql(task, volumes, mounts);
    var servers = servers(task, parts);
    if (!servers.isEmpty()) {
      volumes.add(parts.scratch(ThrowAwayServer.VOLUME));
    }
    // @formatter:off
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(labels)
        .withAnnotations(annotations)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .build())
        .endMetadata()
        .withNewSpec()
        .withSuspend(suspended)
        .withTtlSecondsAfterFinished(suspended ? null : HELPER_TTL_SECONDS)
        .withActiveDeadlineSeconds(task instanceof Task.Probe ? PROBE_SECONDS : null)
        .withBackoffLimit(0)
        .withCompletions(1)
        .withParallelism(1)
        .withPodReplacementPolicy("Failed")
        // A disrupted pod is not replaced: a retry is the operator's decision, never the Job's.
        .withNewPodFailurePolicy()
        .addNewRule()
        .withAction("FailJob")
        .addNewOnPodCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endOnPodCondition()
        .endRule()
        .endPodFailurePolicy()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(parts.labels(labels))
        .withAnnotations(parts.annotations(podAnnotations(annotations)))
        .endMetadata()
        .withNewSpec()
        .withNodeSelector(parts.nodeSelector())
        .withTolerations(parts.tolerations())
        .withAffinity(parts.affinity())
        .withPriorityClassName(parts.priorityClassName())
        .withServiceAccountName(parts.serviceAccountName())
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        // Also for workload identity: clouds mount a token of their own, or need none.
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withImagePullSecrets(parts.imagePullSecrets())
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withInitContainers(servers)
        .addNewContainer()
        .withName("runner")
        .withImage(image)
        .withImagePullPolicy(runner.imagePullPolicy())
        .withArgs("runner")
        .withEnv(parts.env())
        // The last of a name wins.
        .addNewEnv()
        .withName(Mounts.TASK_VARIABLE)
        .withValue(json(task))
        .endEnv()
        .withResources(parts.resources())
        .withTerminationMessagePath(Mounts.TERMINATION_MESSAGE)
        .withTerminationMessagePolicy("File")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withVolumeMounts(mounts)
        .endContainer()
        .withVolumes(volumes)
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
    // @formatter:on
  }

  /** Meshes would keep the pod alive after the runner; autoscalers would move it in the middle. */
  private static Map<String, String> podAnnotations(Map<String, String> common) {
    var annotations = new TreeMap<>(common);
    annotations.put("sidecar.istio.io/inject", "false");
    annotations.put("linkerd.io/inject", "disabled");
    annotations.put("cluster-autoscaler.kubernetes.io/safe-to-evict", "false");
    annotations.put("karpenter.sh/do-not-disrupt", "true");
    return annotations;
  }

  private static String kind(Task task) {
    return switch (task) {
      case Task.Backup b -> "backup";
      case Task.Restore r -> "restore";
      case Task.Verify v -> "verify";
      case Task.Import i -> "import";
      case Task.Sweep s -> "sweep";
      case Task.Probe p -> "probe";
      case Task.Settle s -> "settle";
      case Task.Delete d -> "delete";
    };
  }

  /** What a task restores into, if that is part of it. */
  private List<Container> servers(Task task, PodParts parts) {
    return task instanceof Task.Verify verify && verify.server() != null
        ? List.of(
            ThrowAwayServer.container(
                verify.verification().image(),
                runner.imagePullPolicy(),
                runner.verification(),
                parts.resources()))
        : List.of();
  }

  /**
   * Image of the server that a backup is restored into, if its spec names none.
   *
   * @param major version of the server that was backed up
   */
  public String serverImage(int major) {
    return ThrowAwayServer.image(runner.verification(), major);
  }

  /**
   * On the node's disk: the files of these formats do not fit into memory, nor does a dump that
   * several jobs restore.
   */
  private static boolean needsScratch(Task task) {
    return switch (task) {
      case Task.Backup backup ->
          backup.spec().format() == DumpFormat.DIRECTORY
              || backup.spec().format() == DumpFormat.TAR;
      case Task.Restore restore -> restore.choice().jobs() > 1;
      default -> false;
    };
  }

  private static String json(Task task) {
    try {
      return Serialization.jsonMapper().writeValueAsString(task);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a task of records always has a JSON form", e);
    }
  }
}
