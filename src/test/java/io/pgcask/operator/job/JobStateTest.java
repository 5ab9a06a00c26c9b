package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobStateTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void aSuspendedJobHasNeverRun() {
    assertThat(state(job(true))).isInstanceOf(JobState.Suspended.class);
  }

  @Test
  void aPodWithAResultHasEndedWhateverTheJobSays() {
    var pod =
        pod(
            "{terminated: {exitCode: 0, message: '{\"succeeded\":true,\"reason\":\"COMPLETED\",\"sizeBytes\":7}'}}");
    assertThat(state(job(false), pod))
        .isInstanceOfSatisfying(
            JobState.Ended.class, ended -> assertThat(ended.result().sizeBytes()).isEqualTo(7));
  }

  @Test
  void exitCodeZeroWithoutAResultIsNoSuccess() {
    var pod = pod("{terminated: {exitCode: 0, reason: Completed}}");
    assertLost(state(job(false, "Complete"), pod), Reason.RESULT_LOST);
  }

  @Test
  void aMessageOfTheKubeletIsNoResult() {
    var pod = pod("{terminated: {exitCode: 128, message: 'failed to create containerd task'}}");
    assertLost(state(job(false), pod), Reason.RESULT_LOST);
  }

  @Test
  void memoryIsNamedAsTheCause() {
    assertLost(
        state(job(false), pod("{terminated: {exitCode: 137, reason: OOMKilled}}")),
        Reason.OUT_OF_MEMORY);
  }

  @Test
  void aJobThatEndedWithoutItsPodHasLostItsResult() {
    assertLost(state(job(false, "Failed")), Reason.RESULT_LOST);
  }

  @Test
  void aPodOnANodeThatDoesNotAnswerIsLostAfterAMinute() {
    var pod = pod("{running: {startedAt: '2026-01-01T11:00:00Z'}}");
    pod.getMetadata().setDeletionTimestamp("2026-01-01T11:59:30Z");
    assertThat(state(job(false), pod)).isInstanceOf(JobState.Running.class);
    pod.getMetadata().setDeletionTimestamp("2026-01-01T11:58:59Z");
    assertLost(state(job(false), pod), Reason.POD_EVICTED);
  }

  @ParameterizedTest
  @CsvSource({
    "ErrImagePull,IMAGE_PULL",
    "ImagePullBackOff,IMAGE_PULL",
    "ErrImageNeverPull,IMAGE_PULL",
    "CreateContainerConfigError,CONTAINER_CREATE_FAILED",
    "ContainerCreating,CONTAINER_CREATE_FAILED"
  })
  void aContainerThatDoesNotStartSaysWhy(String waiting, Reason reason) {
    assertWaiting(
        state(job(false), pod("{waiting: {reason: %s, message: m}}".formatted(waiting))), reason);
  }

  @Test
  void aPodThatNoNodeTakesSaysSo() {
    var pod =
        Serialization.unmarshal(
            """
        metadata: {name: p}
        status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", message: no node}]}
        """,
            Pod.class);
    assertWaiting(state(job(false), pod), Reason.UNSCHEDULABLE);
  }

  @Test
  void aJobWithoutAPodWasRefusedOne() {
    assertWaiting(state(job(false)), Reason.QUOTA_EXCEEDED);
  }

  private static void assertLost(JobState state, Reason reason) {
    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Lost.class, lost -> assertThat(lost.trouble().reason()).isEqualTo(reason));
  }

  private static void assertWaiting(JobState state, Reason reason) {
    assertThat(state)
        .isInstanceOfSatisfying(
            JobState.Waiting.class,
            waiting -> assertThat(waiting.cause().reason()).isEqualTo(reason));
  }

  private static JobState state(Job job, Pod... pods) {
    return JobState.of(job, List.of(pods), NOW);
  }

  private static Job job(boolean suspended, String... conditions) {
    var job =
        new JobBuilder()
            .withNewMetadata()
            .withName("j")
            .endMetadata()
            .withNewSpec()
            .withSuspend(suspended)
            .endSpec()
            .withNewStatus()
            .endStatus()
            .build();
    for (var type : conditions) {
      job =
          new JobBuilder(job)
              .editStatus()
              .addNewCondition()
              .withType(type)
              .withStatus("True")
              .endCondition()
              .endStatus()
              .build();
    }
    return job;
  }

  private static Pod pod(String containerState) {
    return Serialization.unmarshal(
        """
        metadata: {name: p}
        status: {phase: Running, containerStatuses: [{name: runner, state: %s}]}
        """
            .formatted(containerState),
        Pod.class);
  }
}
