package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a Restore stands. Completed, CompletedWithWarnings and Failed are final. */
public enum RestorePhase {
  /** Waits for its backup, its connection or a free place. */
  @JsonProperty("Queued")
  QUEUED,
  /** Its Job is made; the container does not run yet. */
  @JsonProperty("Pending")
  PENDING,
  /** The plan is being checked; nothing has been written to the target. */
  @JsonProperty("Planning")
  PLANNING,
  /** Data is being written to the target. */
  @JsonProperty("Running")
  RUNNING,
  /** The Job is being stopped, or has ended without a result; its pod must be gone first. */
  @JsonProperty("Verifying")
  VERIFYING,
  /** Everything was restored without an error. */
  @JsonProperty("Completed")
  COMPLETED,
  /** It was restored but for what pg_restore reported as errors, which the spec accepts. */
  @JsonProperty("CompletedWithWarnings")
  COMPLETED_WITH_WARNINGS,
  /** It was not restored, or not wholly; reason and message say why. */
  @JsonProperty("Failed")
  FAILED
}
