package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.RetentionStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * What retention came to.
 *
 * @param status for the schedule's status; empty if its spec asks for no retention
 * @param lookAgain when at the latest there is something to do again; empty: after an event
 */
public record Enforced(Optional<RetentionStatus> status, Optional<Duration> lookAgain) {}
