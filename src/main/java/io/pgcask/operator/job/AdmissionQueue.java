package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.pgcask.operator.Labels;
import io.pgcask.operator.config.OperatorConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides which Backup or Restore may run next: at most so many of a connection, at most so many of
 * the operator, first come, first served.
 *
 * <p>One lock, no I/O. The state is rebuilt from live Jobs at start ({@link #hold}) and never from
 * informers, which may lag behind what this operator has just done.
 */
@ApplicationScoped
public class AdmissionQueue {

  /** Who has not asked for so long does not wait any more, and must not hold up the others. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int operatorLimit;
  private final Map<String, String> running = new HashMap<>();
  private final Map<String, Waiter> waiting = new HashMap<>();

  private record Waiter(String connection, String created, String name, Instant lastAsked) {}

  /** Made by the container, and by tests with a configuration of their own. */
  public AdmissionQueue(OperatorConfig config) {
    this.operatorLimit = config.maxConcurrentJobs();
  }

  /** What the queue answers. */
  public sealed interface Answer {
    /** It may run; it holds a place until {@link #release}. */
    record Admitted() implements Answer {}

    /** It waits; so many are before it, and this is what is full. */
    record Queued(int before, String full) implements Answer {}
  }

  /**
   * Asks for a place.
   *
   * @param connection name of the PostgresConnection
   * @param limit how many of this connection may run
   */
  public synchronized Answer ask(HasMetadata resource, String connection, int limit, Instant now) {
    var uid = resource.getMetadata().getUid();
    if (running.containsKey(uid)) {
      return new Answer.Admitted();
    }
    waiting.values().removeIf(waiter -> waiter.lastAsked().plus(PATIENCE).isBefore(now));
    var key = key(resource, connection);
    var me =
        new Waiter(
            key,
            resource.getMetadata().getCreationTimestamp(),
            resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName(),
            now);
    waiting.put(uid, me);
    var order = Comparator.comparing(Waiter::created).thenComparing(Waiter::name);
    var before =
        (int)
            waiting.values().stream()
                .filter(other -> other.connection().equals(key) && order.compare(other, me) < 0)
                .count();
    var ofConnection = running.values().stream().filter(key::equals).count();
    if (ofConnection + before >= limit) {
      return new Answer.Queued(
          before, "%d of %d places of connection %s".formatted(ofConnection, limit, connection));
    }
    if (running.size() >= operatorLimit) {
      return new Answer.Queued(
          before, "%d of %d places of the operator".formatted(running.size(), operatorLimit));
    }
    waiting.remove(uid);
    running.put(uid, key);
    return new Answer.Admitted();
  }

  /** Gives a place to what runs already, full or not: at start, and after a restart. */
  public synchronized void hold(HasMetadata resource, String connection) {
    hold(resource.getMetadata().getUid(), key(resource, connection));
  }

  /** Gives a place to the owner of a live Job. */
  public synchronized void hold(io.fabric8.kubernetes.api.model.batch.v1.Job job) {
    Labels.label(job, Labels.OWNER_UID)
        .ifPresent(
            uid ->
                Labels.annotation(job, Labels.CONNECTION)
                    .ifPresent(connection -> hold(uid, key(job, connection))));
  }

  /** Gives back the place, and the place in the queue. */
  public synchronized void release(HasMetadata resource) {
    running.remove(resource.getMetadata().getUid());
    waiting.remove(resource.getMetadata().getUid());
  }

  private void hold(String uid, String key) {
    waiting.remove(uid);
    running.put(uid, key);
  }

  private static String key(HasMetadata resource, String connection) {
    return resource.getMetadata().getNamespace() + "/" + connection;
  }
}
