package io.pgcask.operator.schedule.notification;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.job.TroubleException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Looks whether the receivers of a schedule could be told something, so that a missing Secret shows
 * before the night: when the spec is new to this operator, and every ten minutes while something is
 * wrong. It reads the Secrets and resolves the names, and sends nothing.
 */
@ApplicationScoped
class ReceiverChecks {

  private static final Duration AGAIN = Duration.ofMinutes(10);
  private static final int PLACES = 4;

  private final Endpoints endpoints;
  private final HttpDelivery http;
  private final Clock clock;
  private final Semaphore places = new Semaphore(PLACES, true);
  private final Map<String, Look> looks = new ConcurrentHashMap<>();

  /** Made by the container, and by tests with parts of their own. */
  ReceiverChecks(Endpoints endpoints, HttpDelivery http, Clock clock) {
    this.endpoints = endpoints;
    this.http = http;
    this.clock = clock;
  }

  /** What a look found. */
  sealed interface Found {

    /** None has ended yet. */
    record Unknown() implements Found {}

    /** Nothing is wrong. */
    record Fine() implements Found {}

    /** This is, with the first receiver of which that is known. */
    record Wrong(Reason reason, String message) implements Found {}
  }

  /**
   * The newest look.
   *
   * @param due when the next one is, while something is wrong
   */
  private record Look(long generation, boolean running, Found found, Instant due) {}

  /** What is known. */
  Found found(BackupSchedule schedule) {
    return Optional.ofNullable(looks.get(schedule.getMetadata().getUid()))
        .map(Look::found)
        .orElseGet(Found.Unknown::new);
  }

  /**
   * Begins a look if one is due.
   *
   * @param ended called, on another thread, when it has ended, with what is wrong if that is new
   * @return when the next one is
   */
  Optional<Duration> look(BackupSchedule schedule, Consumer<Optional<Found.Wrong>> ended) {
    var now = clock.instant();
    long generation = schedule.getMetadata().getGeneration();
    var starts = new AtomicBoolean();
    var look =
        looks.compute(
            schedule.getMetadata().getUid(),
            (uid, known) -> {
              var before = known == null ? new Look(-1, false, new Found.Unknown(), now) : known;
              var due = before.found() instanceof Found.Wrong && !now.isBefore(before.due());
              starts.set(!before.running() && (due || before.generation() != generation));
              return starts.get() ? new Look(generation, true, before.found(), now) : before;
            });
    if (starts.get()) {
      Thread.ofVirtual()
          .name("receivers of " + schedule.getMetadata().getName())
          .start(() -> run(schedule, look.found(), ended));
    }
    return look.found() instanceof Found.Wrong && !look.running()
        ? Optional.of(Duration.between(now, look.due()))
        : Optional.empty();
  }

  /** Something has changed for the better or the worse: what was wrong is looked at again. */
  void again(BackupSchedule schedule) {
    looks.computeIfPresent(
        schedule.getMetadata().getUid(),
        (uid, known) ->
            new Look(known.generation(), known.running(), known.found(), clock.instant()));
  }

  /** A schedule is gone. */
  void forget(String schedule) {
    looks.remove(schedule);
  }

  private void run(BackupSchedule schedule, Found before, Consumer<Optional<Found.Wrong>> ended) {
    try {
      Found found;
      places.acquire();
      try {
        found = check(schedule);
      } finally {
        places.release();
      }
      var newest = found;
      looks.computeIfPresent(
          schedule.getMetadata().getUid(),
          (uid, known) -> new Look(known.generation(), false, newest, clock.instant().plus(AGAIN)));
      ended.accept(
          found instanceof Found.Wrong wrong && !wrong.equals(before)
              ? Optional.of(wrong)
              : Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does, but the operator's end
    }
  }

  private Found check(BackupSchedule schedule) {
    for (var receiver : OutboxPlan.receivers(schedule)) {
      try {
        var endpoint = endpoints.of(schedule.getMetadata().getNamespace(), receiver);
        var refusal = http.refusal(endpoint);
        if (refusal.isPresent()) {
          return new Found.Wrong(refusal.get().reason(), refusal.get().message());
        }
      } catch (TroubleException e) {
        return new Found.Wrong(e.trouble().reason(), e.trouble().message());
      } catch (KubernetesClientException e) {
        return new Found.Wrong(
            Reason.INTERNAL,
            "the API server did not give a Secret of a receiver (code %d)".formatted(e.getCode()));
      }
    }
    return new Found.Fine();
  }
}
