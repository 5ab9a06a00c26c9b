package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Refusals;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes Jobs and their pods. Reads go to the API server, not to an informer: that a Job
 * is gone is a verdict, and a cache that has not seen it yet must not speak it.
 */
@ApplicationScoped
public class Jobs {

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public Jobs(KubernetesClient client) {
    this.client = client;
  }

  /** What became of an attempt to create a Job. */
  public sealed interface Creation {
    /** It is there, by this attempt or an earlier one. */
    record There(Job job) implements Creation {}

    /** The name is taken by a Job of somebody else, or by one that is being deleted. */
    record NameTaken() implements Creation {}

    /** The API server does not take it now: a quota, an admission policy, or a webhook. */
    record Refused(Trouble why) implements Creation {}
  }

  /** The Job of that name, if it exists and is not being deleted. */
  public Optional<Job> find(HasMetadata owner, String name) {
    return Optional.ofNullable(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(owner.getMetadata().getNamespace())
                .withName(name)
                .get())
        .filter(job -> job.getMetadata().getDeletionTimestamp() == null);
  }

  /**
   * Creates the Job, or finds the one that an earlier try or another operator created.
   *
   * @throws TroubleException if the API server finds the Job invalid: only pod settings can do that
   */
  public Creation createOrAdopt(HasMetadata owner, Job job) throws TroubleException {
    try {
      return new Creation.There(client.resource(job).create());
    } catch (KubernetesClientException e) {
      var conflict = e.getCode() == HttpURLConnection.HTTP_CONFLICT;
      if (!conflict && !Refusals.isAnswer(e)) {
        throw e;
      }
      // Quotas and policies are asked before it is found out that the Job is there already.
      var there = find(owner, job.getMetadata().getName()).filter(found -> isOf(owner, found));
      if (there.isPresent()) {
        return new Creation.There(there.get());
      }
      if (conflict) {
        return new Creation.NameTaken();
      }
      if (isInvalid(e)) {
        throw new TroubleException(Reason.INVALID_POD_SETTINGS, Refusals.words(e));
      }
      return new Creation.Refused(new Trouble(Reason.QUOTA_EXCEEDED, Refusals.words(e)));
    }
  }

  /** A policy may be lifted, and answers with the same code as the schema. */
  private static boolean isInvalid(KubernetesClientException e) {
    return e.getCode() == Refusals.UNPROCESSABLE
        && !Refusals.words(e).contains("ValidatingAdmissionPolicy");
  }

  /** Whether the Job was made for this very resource, and not for an earlier one of its name. */
  public static boolean isOf(HasMetadata owner, Job job) {
    return Labels.label(job, Labels.OWNER_UID)
        .filter(owner.getMetadata().getUid()::equals)
        .isPresent();
  }

  /** Lets a suspended Job run. Without effect on one that runs or has ended. */
  public void start(Job job) {
    client
        .resource(job)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":false}}");
  }

  /** Deletes the Job; its pods get a termination signal and their grace period. */
  public void stop(Job job) {
    client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
  }

  /** Lets Kubernetes delete an ended Job later; only after its result stands in a status. */
  public void expire(Job job, Duration after) {
    if (job.getSpec().getTtlSecondsAfterFinished() == null) {
      client
          .resource(job)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"ttlSecondsAfterFinished\":%d}}".formatted(after.toSeconds()));
    }
  }

  /** The pods of a Job, also of one that is gone. */
  public List<Pod> pods(HasMetadata owner, String jobUid) {
    return client
        .pods()
        .inNamespace(owner.getMetadata().getNamespace())
        .withLabel("batch.kubernetes.io/controller-uid", jobUid)
        .list()
        .getItems();
  }

  /** Every Job of pgcask in the watched namespaces that may run and has not ended. */
  public List<Job> live(List<String> namespaces) {
    var jobs = client.batch().v1().jobs();
    var found =
        namespaces.isEmpty()
            ? jobs.inAnyNamespace().withLabel(Labels.MANAGED_BY, Labels.PGCASK).list().getItems()
            : namespaces.stream()
                .flatMap(
                    namespace ->
                        jobs
                            .inNamespace(namespace)
                            .withLabel(Labels.MANAGED_BY, Labels.PGCASK)
                            .list()
                            .getItems()
                            .stream())
                .toList();
    return found.stream().filter(Jobs::isLive).toList();
  }

  static boolean isLive(Job job) {
    return job.getStatus() == null
        || job.getStatus().getConditions().stream()
            .noneMatch(
                condition ->
                    List.of("Complete", "Failed").contains(condition.getType())
                        && "True".equals(condition.getStatus()));
  }
}
