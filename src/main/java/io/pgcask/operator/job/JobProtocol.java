package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.status.StatusWriter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a resource gets exactly one run, whatever dies in between:
 *
 * <ol>
 *   <li>the Job is created suspended, under a name that is a function of the resource;
 *   <li>its UID is written to the status, on condition that nobody has written since;
 *   <li>the resource is marked as started, so that a copy of it without status does not run again;
 *   <li>the Job is unsuspended.
 * </ol>
 *
 * A suspended Job without a record never ran. A recorded Job that is gone never runs again.
 */
@ApplicationScoped
public class JobProtocol {

  /** How often to look how the Job of a {@link #helper} stands. */
  public static final Duration HELPER_POLL = Duration.ofSeconds(2);

  /** Time to look at the logs of a run. */
  private static final Duration KEEP_ENDED_JOBS = Duration.ofDays(1);

  private final Jobs jobs;
  private final StatusWriter writer;
  private final Clock clock;

  /**
   * Since when the API server has refused Jobs of {@link #helper}, by namespace and name. An
   * operator that starts anew counts anew.
   */
  private final Map<String, Instant> refusedSince = new ConcurrentHashMap<>();

  /** Made by the container, and by tests with parts of their own. */
  public JobProtocol(Jobs jobs, StatusWriter writer, Clock clock) {
    this.jobs = jobs;
    this.writer = writer;
    this.clock = clock;
  }

  /** What one step of the protocol came to. */
  public sealed interface Step {
    /** Write this UID to the status, then come again. */
    record Record(String jobUid) implements Step {}

    /** The Job has been allowed to run. */
    record Started() implements Step {}

    /** The Job may run, runs or has ended. */
    record Observed(JobState state) implements Step {}

    /** There will be no run, or no further news of it. */
    record Missing(Trouble trouble) implements Step {}
  }

  /** Builds a Job, or says why it cannot. */
  @FunctionalInterface
  public interface Desired {
    /** The Job. */
    Job job() throws TroubleException;
  }

  /**
   * Takes the next step.
   *
   * @param desired builds the Job to create; asked only if none is recorded
   * @throws TroubleException what {@code desired} throws, or that its Job is invalid
   */
  public Step advance(CustomResource<?, ?> resource, Run run, Desired desired)
      throws TroubleException {
    var jobName = run.jobName();
    if (run.jobUid() == null) {
      var wanted = desired.job();
      return switch (jobs.createOrAdopt(resource, wanted)) {
        case Jobs.Creation.There there -> new Step.Record(there.job().getMetadata().getUid());
        case Jobs.Creation.NameTaken taken ->
            new Step.Missing(
                new Trouble(
                    Reason.INTERNAL,
                    "the name %s is taken by a Job of somebody else".formatted(jobName)));
        case Jobs.Creation.Refused refused ->
            new Step.Observed(new JobState.Waiting(wanted, refused.why(), true));
      };
    }
    var jobUid = run.jobUid();
    var found = jobs.find(resource, jobName);
    if (found.isEmpty() || !found.get().getMetadata().getUid().equals(jobUid)) {
      // An operator with a stale cache may have made a second one; it was never recorded, so it
      // never ran.
      found.filter(job -> Jobs.isOf(resource, job)).ifPresent(jobs::stop);
      return new Step.Missing(
          new Trouble(
              Reason.JOB_MISSING,
              "Job %s was deleted before its result was read".formatted(jobName)));
    }
    var job = found.get();
    var state = JobState.of(job, jobs.pods(resource, jobUid), clock.instant());
    if (state instanceof JobState.Suspended) {
      var wasStarted = Labels.annotation(resource, Labels.STARTED_AT).isPresent();
      writer.markStarted(resource, clock.instant());
      jobs.start(job);
      return wasStarted
          ? new Step.Observed(new JobState.Waiting(job, heldBack(job), false))
          : new Step.Started();
    }
    return new Step.Observed(state);
  }

  private static Trouble heldBack(Job job) {
    return new Trouble(
        Reason.QUOTA_EXCEEDED,
        "Job %s is suspended over and over by somebody else; a queue for Jobs may hold it back"
            .formatted(job.getMetadata().getName()));
  }

  /** Stops the Job if it has not ended, and tells whether no pod of it can run any more. */
  public boolean stopped(CustomResource<?, ?> resource, Run run) {
    jobs.find(resource, run.jobName())
        .filter(job -> Jobs.isOf(resource, job))
        .filter(Jobs::isLive)
        .ifPresent(jobs::stop);
    return run.jobUid() == null || JobState.allGone(jobs.pods(resource, run.jobUid()));
  }

  /** Lets Kubernetes remove the ended Job in a day; call it only once its result is stored. */
  public void expire(Job job) {
    jobs.expire(job, KEEP_ENDED_JOBS);
  }

  /** Stops the Job of such a task, if there is one. */
  public void giveUp(CustomResource<?, ?> resource, String jobName) {
    jobs.find(resource, jobName).filter(job -> Jobs.isOf(resource, job)).ifPresent(jobs::stop);
  }

  /**
   * Runs a task that may run twice without harm: settle, delete.
   *
   * @return of a Job that the API server refuses: Waiting, as if it had been created at the first
   *     refusal
   */
  public JobState helper(CustomResource<?, ?> resource, Job desired) {
    try {
      return switch (jobs.createOrAdopt(resource, desired)) {
        case Jobs.Creation.There there -> {
          refusedSince.remove(key(desired));
          var job = there.job();
          yield JobState.of(job, jobs.pods(resource, job.getMetadata().getUid()), clock.instant());
        }
        case Jobs.Creation.NameTaken taken ->
            throw new IllegalStateException(
                "the name %s is taken".formatted(desired.getMetadata().getName()));
        case Jobs.Creation.Refused refused ->
            new JobState.Waiting(refusedSinceLong(desired), refused.why(), true);
      };
    } catch (TroubleException e) {
      return new JobState.Lost(desired, e.trouble());
    }
  }

  private Job refusedSinceLong(Job desired) {
    var now = clock.instant();
    refusedSince.values().removeIf(since -> since.isBefore(now.minus(KEEP_ENDED_JOBS)));
    var since = refusedSince.computeIfAbsent(key(desired), unknown -> now);
    return new JobBuilder(desired)
        .editMetadata()
        .withCreationTimestamp(since.toString())
        .endMetadata()
        .build();
  }

  private static String key(Job job) {
    return job.getMetadata().getNamespace() + "/" + job.getMetadata().getName();
  }
}
