package io.pgcask.operator.schedule.storage;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Task;
import io.pgcask.operator.Names;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.connection.StorageAccess;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.JobState;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.operator.schedule.health.Verdict;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.StorageProbe;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Probes the storages of a schedule, one after the other: S3 with keys within the operator; a
 * volume by a Job that mounts it, and S3 without keys by a Job that has the pod's identity. It
 * keeps its thread waiting, and is for no reconciler's.
 */
@ApplicationScoped
public class StorageProber {

  /** A Job that has not ended by then is given up until the next probe. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Connections connections;
  private final StorageAccess access;
  private final JobFactory factory;
  private final JobProtocol protocol;

  /** Made by the container, and by tests with parts of their own. */
  public StorageProber(
      Connections connections, StorageAccess access, JobFactory factory, JobProtocol protocol) {
    this.connections = connections;
    this.access = access;
    this.factory = factory;
    this.protocol = protocol;
  }

  /**
   * What a probe would try now.
   *
   * @throws KubernetesClientException if that could not be found out
   */
  StorageIdentity identity(BackupSchedule schedule) {
    var namespace = schedule.getMetadata().getNamespace();
    var connection = connection(schedule);
    var storages = ProbePlan.of(schedule, connection).storages();
    var identity = StorageIdentity.of(schedule, connection, storages);
    return identity.with(
        identity
            .secretNames()
            .collect(Collectors.toMap(name -> name, name -> secretVersion(namespace, name))));
  }

  /**
   * If the API server refuses that Secret, the probe will say so. Any other trouble with it says
   * nothing of the Secret: then it is not known what the storage is.
   */
  private String secretVersion(String namespace, String name) {
    try {
      return access.secretVersion(namespace, name);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED
          || e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return "refused";
      }
      throw e;
    }
  }

  private Optional<PostgresConnection> connection(BackupSchedule schedule) {
    return connections.find(
        schedule.getMetadata().getNamespace(),
        schedule.getSpec().template().spec().connectionRef().name());
  }

  /**
   * Probes.
   *
   * @param now tells the Job of this probe from that of every other
   * @param isWanted whether the schedule is still there; else a Job is not waited for any longer
   * @return condition StorageReady
   * @throws InterruptedException if nobody waits for it any more
   */
  Verdict probe(BackupSchedule schedule, Instant now, BooleanSupplier isWanted)
      throws InterruptedException {
    try {
      var connection = connection(schedule);
      var plan = ProbePlan.of(schedule, connection);
      if (plan.storages().isEmpty()) {
        return noStorage(schedule, connection);
      }
      var reachable =
          plan.storages().stream().collect(Collectors.partitioningBy(StorageAccess::reaches));
      for (var storage : reachable.get(true)) {
        within(schedule, plan, storage);
      }
      return reachable.get(false).isEmpty()
          ? usable(plan)
          : byJob(schedule, connection, plan, reachable.get(false), now, isWanted);
    } catch (TroubleException e) {
      return unusable(e.trouble());
    } catch (StorageException e) {
      return unusable(new Trouble(e.reason(), e.getMessage()));
    } catch (KubernetesClientException e) {
      // a namespace that is going, for example: that says nothing about the storage
      return unknown("the API server refused what it takes to look: " + e.getMessage());
    }
  }

  private static Verdict noStorage(
      BackupSchedule schedule, Optional<PostgresConnection> connection) {
    var name = schedule.getSpec().template().spec().connectionRef().name();
    return connection.isEmpty()
        ? unknown(
            "PostgresConnection %s does not exist, and template.spec.storage names no storage: create it"
                .formatted(name))
        : unusable(
            new Trouble(
                Reason.NO_STORAGE,
                "neither template.spec.storage nor the defaultStorage of PostgresConnection %s says where to: set one"
                    .formatted(name)));
  }

  private void within(BackupSchedule schedule, ProbePlan plan, Storage storage)
      throws TroubleException, StorageException {
    try (var store = access.open(schedule.getMetadata().getNamespace(), storage)) {
      StorageProbe.run(store, plan.key());
    }
  }

  private Verdict byJob(
      BackupSchedule schedule,
      Optional<PostgresConnection> connection,
      ProbePlan plan,
      List<Storage> storages,
      Instant now,
      BooleanSupplier isWanted)
      throws InterruptedException {
    var pod =
        factory.pod(connection, Optional.ofNullable(schedule.getSpec().template().spec().pod()));
    var refused = pod.unusable();
    if (refused.isPresent()) {
      return unknown("no Job can look: " + refused.get().message());
    }
    var desired =
        factory.job(
            Names.job(schedule, "probe-" + Names.hash8(now.toString())),
            schedule,
            new Task.Probe(
                schedule.getMetadata().getUid(),
                storages.getFirst(),
                storages.subList(1, storages.size()),
                plan.key()),
            pod.image(),
            Optional.of(pod.settings()),
            Optional.empty(),
            Optional.empty(),
            false);
    return await(schedule, desired, plan, isWanted);
  }

  private Verdict await(
      BackupSchedule schedule, Job desired, ProbePlan plan, BooleanSupplier isWanted)
      throws InterruptedException {
    var end = System.nanoTime() + LIMIT.toNanos();
    var why = "it has not been seen";
    while (System.nanoTime() < end) {
      if (!isWanted.getAsBoolean()) {
        // its Job goes with it, and would be made anew over and over
        return unknown("the schedule is gone");
      }
      switch (protocol.helper(schedule, desired)) {
        case JobState.Ended ended -> {
          return ended.result().succeeded()
              ? usable(plan)
              : unusable(new Trouble(ended.result().reason(), ended.result().message()));
        }
        case JobState.Lost lost -> {
          return unknown("the Job that looks came to nothing: " + lost.trouble().message());
        }
        case JobState.Waiting refused when refused.job().getMetadata().getUid() == null -> {
          return unknown("the API server refused the Job that looks: " + refused.cause().message());
        }
        case JobState.Waiting waiting -> why = waiting.cause().message();
        case JobState.Running running -> why = "it runs";
        case JobState.Suspended suspended -> why = "somebody has suspended it";
      }
      Thread.sleep(JobProtocol.HELPER_POLL);
    }
    protocol.giveUp(schedule, desired.getMetadata().getName());
    return unknown(
        "Job %s did not end within %d minutes: %s"
            .formatted(desired.getMetadata().getName(), LIMIT.toMinutes(), why));
  }

  private static Verdict usable(ProbePlan plan) {
    return Verdict.yes(
        Condition.STORAGE_READY,
        Reason.STORAGE_USABLE,
        "a small object was written to %s, read and removed"
            .formatted(
                plan.storages().stream()
                    .map(storage -> storage.location(plan.key()))
                    .collect(Collectors.joining(", "))));
  }

  private static Verdict unusable(Trouble trouble) {
    return Verdict.no(Condition.STORAGE_READY, trouble.reason(), trouble.message());
  }

  /** It could not be found out. */
  static Verdict unknown(String message) {
    return Verdict.unknown(Condition.STORAGE_READY, Reason.STORAGE_NOT_PROBED, message);
  }
}
