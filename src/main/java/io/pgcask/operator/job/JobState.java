package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a Job and its pods say, reduced to what a reconciler decides on. */
public sealed interface JobState {

  /** The Job exists and has never been allowed to run. */
  record Suspended(Job job) implements JobState {}

  /**
   * The Job may run; its container does not yet.
   *
   * @param cause what is wrong, if it stays like this
   * @param evident whether Kubernetes has said so, and not only the time that has passed
   */
  record Waiting(Job job, Trouble cause, boolean evident) implements JobState {}

  /** The container runs. */
  record Running(Job job, Pod pod) implements JobState {
    /** When the container started. */
    public Instant since() {
      return Instant.parse(container(pod).orElseThrow().getState().getRunning().getStartedAt());
    }
  }

  /** The runner has said how it ended. */
  record Ended(Job job, Pod pod, Result result) implements JobState {}

  /** The Job will not produce a result any more. */
  record Lost(Job job, Trouble trouble) implements JobState {}

  /** A pod that should be gone for so long sits on a node that does not answer. */
  Duration NODE_LOST = Duration.ofMinutes(1);

  /**
   * Reads the state.
   *
   * @param pods the pods of this Job; more than one only if Kubernetes started it twice
   */
  static JobState of(Job job, List<Pod> pods, Instant now) {
    if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
      return new Suspended(job);
    }
    var ended =
        pods.stream()
            .flatMap(pod -> result(pod).map(result -> new Ended(job, pod, result)).stream())
            .sorted(Comparator.comparing(end -> !end.result().succeeded()))
            .findFirst();
    if (ended.isPresent()) {
      return ended.get();
    }
    for (var pod : pods) {
      var end = terminated(pod);
      if (end.isPresent()) {
        return new Lost(job, causeOfDeath(pod, end.get()));
      }
      if (evicted(pod) || unreachable(pod, now)) {
        return new Lost(job, evictedTrouble(pod));
      }
    }
    if (condition(job, "Failed") || condition(job, "Complete")) {
      return new Lost(
          job,
          new Trouble(
              Reason.RESULT_LOST,
              "the pod of Job %s is gone and its result was never read"
                  .formatted(job.getMetadata().getName())));
    }
    return pods.stream()
        .filter(JobState::containerRuns)
        .findFirst()
        .<JobState>map(pod -> new Running(job, pod))
        .orElseGet(() -> waiting(job, pods));
  }

  /** Whether no container of these pods can run any more. */
  static boolean allGone(List<Pod> pods) {
    return pods.stream()
        .allMatch(
            pod ->
                List.of("Succeeded", "Failed")
                    .contains(pod.getStatus() == null ? "" : pod.getStatus().getPhase()));
  }

  private static Optional<ContainerStatus> container(Pod pod) {
    return Optional.ofNullable(pod.getStatus())
        .flatMap(status -> status.getContainerStatuses().stream().findFirst());
  }

  private static Optional<ContainerStateTerminated> terminated(Pod pod) {
    return container(pod).map(ContainerStatus::getState).map(ContainerState::getTerminated);
  }

  private static boolean containerRuns(Pod pod) {
    return container(pod)
        .map(ContainerStatus::getState)
        .map(ContainerState::getRunning)
        .isPresent();
  }

  private static Optional<Result> result(Pod pod) {
    return terminated(pod).map(ContainerStateTerminated::getMessage).flatMap(JobState::parse);
  }

  /** A message that is not ours (the kubelet writes some of its own) is no result. */
  private static Optional<Result> parse(String message) {
    try {
      return Optional.ofNullable(Serialization.jsonMapper().readValue(message, Result.class))
          .filter(result -> result.reason() != null);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Trouble causeOfDeath(Pod pod, ContainerStateTerminated end) {
    if (evicted(pod)) {
      return evictedTrouble(pod);
    }
    if ("OOMKilled".equals(end.getReason())) {
      return new Trouble(
          Reason.OUT_OF_MEMORY,
          "the container was killed for using more memory than its limit; raise the memory limit of"
              + " the runner");
    }
    return new Trouble(
        Reason.RESULT_LOST,
        "the container of pod %s ended with exit code %d and left no result"
            .formatted(pod.getMetadata().getName(), end.getExitCode()));
  }

  private static boolean evicted(Pod pod) {
    return pod.getStatus() != null
        && ("Evicted".equals(pod.getStatus().getReason())
            || (terminated(pod).isPresent() && podCondition(pod, "DisruptionTarget").isPresent()));
  }

  private static boolean unreachable(Pod pod, Instant now) {
    var deletion = pod.getMetadata().getDeletionTimestamp();
    return deletion != null && now.isAfter(Instant.parse(deletion).plus(NODE_LOST));
  }

  private static Trouble evictedTrouble(Pod pod) {
    var why =
        podCondition(pod, "DisruptionTarget")
            .map(PodCondition::getMessage)
            .or(() -> Optional.ofNullable(pod.getStatus().getMessage()))
            .orElse("its node went away");
    return new Trouble(
        Reason.POD_EVICTED, "pod %s was evicted: %s".formatted(pod.getMetadata().getName(), why));
  }

  private static JobState waiting(Job job, List<Pod> pods) {
    for (var pod : pods) {
      var evident = evidentTrouble(pod);
      if (evident.isPresent()) {
        return new Waiting(job, evident.get(), true);
      }
    }
    return new Waiting(job, presumedTrouble(job, pods), false);
  }

  private static Optional<Trouble> evidentTrouble(Pod pod) {
    return containers(pod)
        .flatMap(JobState::troubleOfContainer)
        .findFirst()
        .or(
            () ->
                podCondition(pod, "PodScheduled")
                    .filter(scheduled -> "False".equals(scheduled.getStatus()))
                    .map(scheduled -> new Trouble(Reason.UNSCHEDULABLE, scheduled.getMessage())));
  }

  /** The runner's, and that of the server which a verification restores into. */
  private static Stream<ContainerStatus> containers(Pod pod) {
    var status = pod.getStatus();
    return status == null
        ? Stream.empty()
        : Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
  }

  private static Stream<Trouble> troubleOfContainer(ContainerStatus container) {
    var waiting = Optional.ofNullable(container.getState()).map(ContainerState::getWaiting);
    if (waiting.isEmpty() || waiting.get().getReason() == null) {
      return Stream.empty();
    }
    var message = Optional.ofNullable(waiting.get().getMessage()).orElse("");
    return switch (waiting.get().getReason()) {
      case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull" ->
          Stream.of(new Trouble(Reason.IMAGE_PULL, message));
      case "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError",
          "CrashLoopBackOff" ->
          Stream.of(new Trouble(Reason.CONTAINER_CREATE_FAILED, message));
      // ContainerCreating and PodInitializing: nothing is wrong yet.
      default -> Stream.empty();
    };
  }

  private static Trouble presumedTrouble(Job job, List<Pod> pods) {
    if (pods.isEmpty()) {
      var name = job.getMetadata().getName();
      return new Trouble(
          Reason.QUOTA_EXCEEDED,
          "Job %s has no pod: the namespace's quota, its Pod Security level or an admission policy"
                  .formatted(name)
              + " may refuse it; see kubectl describe job %s".formatted(name));
    }
    var name = pods.getFirst().getMetadata().getName();
    return new Trouble(
        Reason.CONTAINER_CREATE_FAILED,
        "the container of pod %s does not start; a volume, Secret or ConfigMap may be missing; see kubectl"
                .formatted(name)
            + " describe pod %s".formatted(name));
  }

  private static Optional<PodCondition> podCondition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  private static boolean condition(Job job, String type) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals(type) && "True".equals(c.getStatus()));
  }
}
