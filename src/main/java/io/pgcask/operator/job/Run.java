package io.pgcask.operator.job;

import io.pgcask.api.v1alpha1.Reason;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a Backup and a Restore have in common: where the one run stands that each of them is.
 *
 * @param connection name of the PostgresConnection
 * @param cancelled whether the spec asks to stop
 * @param jobName null before the plan is made
 * @param jobUid null before the Job is recorded
 * @param podName null before the container was seen running
 * @param startTime null before the plan is made
 * @param retryTime when the next attempt may begin; null unless one has failed
 * @param stopTime null unless the Job was stopped or gave no result
 * @param now reason and message of the status
 * @param observedGeneration of the status; null without one
 */
public record Run(
    Stage stage,
    String connection,
    Deadlines deadlines,
    boolean cancelled,
    String jobName,
    String jobUid,
    String podName,
    Instant startTime,
    Instant retryTime,
    Instant stopTime,
    Optional<Trouble> now,
    Long observedGeneration) {

  private static final Set<Reason> ENDED_UNSEEN =
      Set.of(Reason.JOB_MISSING, Reason.RESULT_LOST, Reason.POD_EVICTED, Reason.OUT_OF_MEMORY);

  /** The phases of both kinds, as far as the run is concerned. */
  public enum Stage {
    /** The operator has not seen it yet. */
    NEW,
    /** Waits for what it needs and for its turn. */
    QUEUED,
    /** The plan is made; the Job comes, starts or runs. */
    STARTED,
    /** The Job is being stopped or gave no result. */
    STOPPING,
    /** The Job ended well; another one tries what it made. */
    PROVING,
    /** It ended, well or badly. */
    ENDED,
    /** Its data is being deleted. */
    DELETING
  }

  /** Why the run is being stopped, as it was written when that began. */
  public Trouble verdict() {
    return now.orElseThrow();
  }

  /** Whether the next attempt is not due yet. */
  public boolean pauses(Instant now) {
    return retryTime != null && now.isBefore(retryTime);
  }

  /** Whether a container may have run: one was seen, or the Job ended while nobody looked. */
  public boolean mayHaveRun() {
    return podName != null || ENDED_UNSEEN.contains(verdict().reason());
  }

  /** The status' own words as a trouble. */
  public static Optional<Trouble> words(String reason, String message) {
    return Optional.ofNullable(reason).map(word -> new Trouble(Reason.of(word), message));
  }
}
