package io.pgcask.operator.sweep;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.ConnectionLastHandled;
import io.pgcask.api.v1alpha1.ConnectionLastHandledBuilder;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.PostgresConnectionStatusBuilder;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.ClaimedNames;
import io.pgcask.contract.Task;
import io.pgcask.operator.Names;
import io.pgcask.operator.config.OperatorConfig;
import io.pgcask.operator.connection.StorageAccess;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.JobState;
import io.pgcask.operator.job.Jobs;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.operator.sweep.UnclaimedReport.Part;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.StorageSweep;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Looks through the storages of a PostgresConnection, once a day and when asked, for what no Backup
 * records. S3 with keys is listed within the operator; a volume by a Job that mounts it, and S3
 * without keys by a Job that has the pod's identity. Nothing is ever removed.
 */
@ApplicationScoped
public class Sweeper {

  /** A Job that has not ended by then is given up until the next day. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final StorageAccess access;
  private final JobFactory factory;
  private final JobProtocol protocol;
  private final Jobs jobs;
  private final Duration minimumAge;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public Sweeper(
      KubernetesClient client,
      StorageAccess access,
      JobFactory factory,
      JobProtocol protocol,
      Jobs jobs,
      OperatorConfig config,
      Clock clock) {
    this.client = client;
    this.access = access;
    this.factory = factory;
    this.protocol = protocol;
    this.jobs = jobs;
    this.minimumAge = Duration.ofSeconds(config.sweepMinimumAgeSeconds());
    this.clock = clock;
  }

  /**
   * What a step came to.
   *
   * @param status with what was found, if something was looked for
   * @param pending whether a Job still looks
   * @param news a sentence about what was not there before
   */
  public record Step(PostgresConnectionStatus status, boolean pending, Optional<String> news) {}

  /**
   * Looks, if it is time to, or goes on looking.
   *
   * @param status as it is to be written
   */
  public Step step(PostgresConnection connection, PostgresConnectionStatus status) {
    var now = clock.instant();
    return SweepRequest.of(connection, now)
        .map(request -> look(connection, status, request, now))
        .orElseGet(() -> new Step(status, false, Optional.empty()));
  }

  private Step look(
      PostgresConnection connection,
      PostgresConnectionStatus status,
      SweepRequest request,
      Instant now) {
    var plan = SweepPlan.of(connection, backups(connection));
    var reachable =
        plan.storages().stream().collect(Collectors.partitioningBy(StorageAccess::reaches));
    var parts = new ArrayList<Part>();
    if (!reachable.get(false).isEmpty()) {
      var part = byJob(connection, plan, reachable.get(false), request, now);
      if (part.isEmpty()) {
        return new Step(status, true, Optional.empty());
      }
      parts.add(part.get());
    }
    for (var storage : reachable.get(true)) {
      parts.addFirst(within(connection, plan, storage, now));
    }
    var unclaimed = UnclaimedReport.of(plan.directory(), parts, now);
    var news = UnclaimedReport.isNews(status.unclaimed(), unclaimed);
    return new Step(
        PostgresConnectionStatusBuilder.builder(status)
            .unclaimed(unclaimed)
            .lastHandled(answered(status.lastHandled(), request))
            .build(),
        false,
        Optional.of(unclaimed.message()).filter(message -> news));
  }

  private static ConnectionLastHandled answered(
      ConnectionLastHandled handled, SweepRequest request) {
    if (request.asked().isEmpty()) {
      return handled;
    }
    var builder =
        handled == null
            ? ConnectionLastHandledBuilder.builder()
            : ConnectionLastHandledBuilder.builder(handled);
    return builder.sweep(request.asked().get()).build();
  }

  /** From the API server: what a cache has not seen yet would look like data of nobody. */
  private List<Backup> backups(PostgresConnection connection) {
    return client
        .resources(Backup.class)
        .inNamespace(connection.getMetadata().getNamespace())
        .list()
        .getItems();
  }

  private Part within(PostgresConnection connection, SweepPlan plan, Storage storage, Instant now) {
    try (var store = access.open(connection.getMetadata().getNamespace(), storage)) {
      var swept =
          StorageSweep.of(List.of(store), plan.directory(), plan.claimed(), before(now), clock);
      return new Part(List.of(storage), swept);
    } catch (TroubleException | StorageException e) {
      return Part.failed(List.of(storage), e.getMessage());
    }
  }

  /** Empty as long as the Job has not ended. */
  private Optional<Part> byJob(
      PostgresConnection connection,
      SweepPlan plan,
      List<Storage> storages,
      SweepRequest request,
      Instant now) {
    if (plan.claimed().size() > ClaimedNames.MAX) {
      return Optional.of(
          Part.failed(
              storages,
              "there are more than %d Backups, too many for a Job to know them all"
                  .formatted(ClaimedNames.MAX)));
    }
    var pod = factory.pod(Optional.of(connection), Optional.empty());
    var unusable = pod.unusable();
    if (unusable.isPresent()) {
      return Optional.of(Part.failed(storages, unusable.get().message()));
    }
    var desired =
        factory.job(
            Names.job(connection, "sweep-" + Names.hash8(request.key())),
            connection,
            new Task.Sweep(
                connection.getMetadata().getUid(),
                storages.getFirst(),
                storages.subList(1, storages.size()),
                plan.directory(),
                plan.claimed(),
                before(now)),
            pod.image(),
            Optional.of(pod.settings()),
            Optional.empty(),
            Optional.empty(),
            false);
    JobState state;
    try {
      state = protocol.helper(connection, desired);
    } catch (KubernetesClientException e) {
      // A namespace that is going, for example: no reason for the connection not to be probed.
      return Optional.of(
          Part.failed(storages, "the Job that looks was refused: " + e.getMessage()));
    }
    return switch (state) {
      case JobState.Ended ended when ended.result().swept() != null ->
          Optional.of(new Part(storages, ended.result().swept()));
      case JobState.Ended ended -> Optional.of(Part.failed(storages, ended.result().message()));
      case JobState.Lost lost -> Optional.of(Part.failed(storages, lost.trouble().message()));
      case JobState.Suspended suspended -> Optional.empty();
      case JobState.Waiting waiting -> patience(waiting.job(), storages, now);
      case JobState.Running running -> patience(running.job(), storages, now);
    };
  }

  private Optional<Part> patience(Job job, List<Storage> storages, Instant now) {
    var created = job.getMetadata().getCreationTimestamp();
    if (created == null || now.isBefore(Instant.parse(created).plus(LIMIT))) {
      return Optional.empty();
    }
    jobs.stop(job);
    return Optional.of(
        Part.failed(
            storages,
            "Job %s did not end within %d minutes"
                .formatted(job.getMetadata().getName(), LIMIT.toMinutes())));
  }

  private Instant before(Instant now) {
    return now.minus(minimumAge);
  }
}
