package io.pgcask.operator.job;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Quantities;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The deadlines of a Backup or Restore, with their defaults. Pure.
 *
 * @param queue from creation until a place is free
 * @param pending from the creation of the Job until its container runs
 * @param active how long the container may run; empty: no limit
 */
public record Deadlines(Duration queue, Duration pending, Optional<Duration> active) {

  private static final Duration DEFAULT_QUEUE = Duration.ofDays(1);
  private static final Duration DEFAULT_PENDING = Duration.ofSeconds(600);

  /** From the fields of the spec, null where absent. */
  public static Deadlines of(String queue, Integer pendingSeconds, String active) {
    return new Deadlines(
        queue == null ? DEFAULT_QUEUE : Quantities.parse(queue),
        pendingSeconds == null ? DEFAULT_PENDING : Duration.ofSeconds(pendingSeconds),
        Optional.ofNullable(active).map(Quantities::parse));
  }

  /** The failure, if the wait in the queue was too long: what it waited for says why. */
  public Optional<Trouble> queuePassed(Instant created, Trouble waitingFor, Instant now) {
    if (!Quantities.passed(created, queue, now)) {
      return Optional.empty();
    }
    var reason =
        switch (waitingFor.reason()) {
          case QUEUED, WAITING_FOR_SAFETY_BACKUP -> Reason.DEADLINE_EXCEEDED;
          case WAITING_FOR_CONNECTION -> Reason.CONNECTION_NOT_READY;
          case WAITING_FOR_BACKUP -> Reason.BACKUP_NOT_COMPLETED;
          default -> waitingFor.reason();
        };
    return Optional.of(
        new Trouble(
            reason,
            "queueDeadline of %s has passed: %s"
                .formatted(Quantities.format(queue), waitingFor.message())));
  }

  /** The failure, if what the Job does takes too long. */
  public Optional<Trouble> passed(Instant start, JobState state, Instant now) {
    return switch (state) {
      case JobState.Waiting waiting -> pendingPassed(start, waiting, now);
      case JobState.Running running -> activePassed(running, now);
      case JobState.Suspended s -> Optional.empty();
      case JobState.Ended e -> Optional.empty();
      case JobState.Lost l -> Optional.empty();
    };
  }

  /** What a container that does not run yet waits for. */
  public static Trouble pending(JobState.Waiting waiting) {
    return waiting.evident()
        ? waiting.cause()
        : new Trouble(Reason.STARTING, "the container is being started");
  }

  private Optional<Trouble> pendingPassed(Instant start, JobState.Waiting waiting, Instant now) {
    if (!Quantities.passed(start, pending, now)) {
      return Optional.empty();
    }
    return Optional.of(
        new Trouble(
            waiting.cause().reason(),
            "pendingDeadlineSeconds of %d has passed: %s"
                .formatted(pending.toSeconds(), waiting.cause().message())));
  }

  private Optional<Trouble> activePassed(JobState.Running running, Instant now) {
    return active
        .filter(limit -> Quantities.passed(running.since(), limit, now))
        .map(
            limit ->
                new Trouble(
                    Reason.DEADLINE_EXCEEDED,
                    "activeDeadline of %s has passed".formatted(Quantities.format(limit))));
  }
}
