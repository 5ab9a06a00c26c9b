package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a Backup or Restore is watched for: its connection, its Jobs and their pods. Informers only
 * wake the reconciler; what it decides on is read from the API server.
 */
public final class RunSources<R extends HasMetadata> {

  private static final int DEFAULT_CONCURRENCY = 2;

  private final Class<R> type;
  private final Function<R, String> connectionName;
  private final Predicate<R> waits;
  private IndexerResourceCache<R> primaries;
  private InformerEventSource<PostgresConnection, R> connections;
  private InformerEventSource<Job, R> jobs;

  /**
   * For one kind.
   *
   * @param connectionName the name of a resource's connection
   * @param waits whether news of its connection can mean something to it: to thousands that have
   *     ended long ago it does not
   */
  public RunSources(Class<R> type, Function<R, String> connectionName, Predicate<R> waits) {
    this.type = type;
    this.connectionName = connectionName;
    this.waits = waits;
  }

  /** The event sources to register. */
  public List<EventSource<?, R>> prepare(EventSourceContext<R> context) {
    primaries = context.getPrimaryCache();
    connections =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(PostgresConnection.class, type)
                .withName("connections")
                .withSecondaryToPrimaryMapper(
                    connection ->
                        referring(
                            context,
                            connection.getMetadata().getNamespace(),
                            connection.getMetadata().getName()))
                .withPrimaryToSecondaryMapper(
                    (R primary) ->
                        Set.of(
                            new ResourceID(
                                connectionName.apply(primary),
                                primary.getMetadata().getNamespace())))
                .build(),
            context);
    jobs =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Job.class, type)
                .withName("jobs")
                .withLabelSelector(selector())
                .withSecondaryToPrimaryMapper(owner())
                .build(),
            context);
    var pods =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, type)
                .withName("pods")
                .withLabelSelector(selector())
                .withSecondaryToPrimaryMapper(owner())
                .build(),
            context);
    return List.of(connections, jobs, pods);
  }

  /**
   * The resources of this kind on the connection of one, itself included, as the informer knows.
   */
  public Stream<R> onSameConnection(R resource) {
    var connection = connectionName.apply(resource);
    return primaries.list(
        resource.getMetadata().getNamespace(),
        other -> connectionName.apply(other).equals(connection));
  }

  /** The resources of this kind in the namespace of one, itself included, likewise. */
  public Stream<R> inSameNamespace(R resource) {
    return primaries.list(resource.getMetadata().getNamespace());
  }

  /** The connection of the resource, if it exists. */
  public Optional<PostgresConnection> connection(R resource) {
    return connections.get(
        new ResourceID(connectionName.apply(resource), resource.getMetadata().getNamespace()));
  }

  /** The Job of that name, as the informer knows it: for what may be late, never for a verdict. */
  public Optional<Job> job(R resource, String name) {
    return jobs.get(new ResourceID(name, resource.getMetadata().getNamespace()));
  }

  /** What to wait for, if the connection cannot be used now. */
  public static Optional<Trouble> notReady(Optional<PostgresConnection> connection, String name) {
    if (connection.isEmpty()) {
      return Optional.of(
          new Trouble(
              Reason.CONNECTION_NOT_FOUND,
              "PostgresConnection %s does not exist in this namespace; create it".formatted(name)));
    }
    var status = connection.get().getStatus();
    var ready =
        status == null || status.conditions() == null
            ? Optional.<Condition>empty()
            : status.conditions().stream()
                .filter(condition -> condition.type().equals(Condition.READY))
                .findFirst();
    var current =
        Objects.equals(
            connection.get().getMetadata().getGeneration(),
            status == null ? null : status.observedGeneration());
    if (ready.isPresent() && ready.get().holds() && current) {
      return Optional.empty();
    }
    return Optional.of(
        new Trouble(
            Reason.WAITING_FOR_CONNECTION,
            ready
                .filter(condition -> current)
                .map(
                    condition ->
                        "PostgresConnection %s is not Ready: %s: %s"
                            .formatted(name, condition.reason(), condition.message()))
                .orElse("PostgresConnection %s has not been probed yet".formatted(name))));
  }

  /** How many runs the connection allows at once. */
  public static int concurrency(Optional<PostgresConnection> connection) {
    return connection.map(found -> found.getSpec().maxConcurrentJobs()).orElse(DEFAULT_CONCURRENCY);
  }

  /** What a queued resource waits for. */
  public static Trouble inQueue(AdmissionQueue.Answer.Queued queued) {
    return new Trouble(
        Reason.QUEUED,
        queued.before() == 0
            ? "waits for a place: %s are taken".formatted(queued.full())
            : "waits for a place: %s are taken, %d before it"
                .formatted(queued.full(), queued.before()));
  }

  private String selector() {
    return Labels.SELECTOR + "," + Labels.KIND + "=" + HasMetadata.getKind(type);
  }

  private static <S extends HasMetadata> SecondaryToPrimaryMapper<S> owner() {
    return secondary ->
        Labels.annotation(secondary, Labels.OWNER_NAME)
            .map(name -> Set.of(new ResourceID(name, secondary.getMetadata().getNamespace())))
            .orElse(Set.of());
  }

  private Set<ResourceID> referring(
      EventSourceContext<R> context, String namespace, String connection) {
    return context
        .getPrimaryCache()
        .list(
            namespace,
            resource -> waits.test(resource) && connectionName.apply(resource).equals(connection))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }
}
