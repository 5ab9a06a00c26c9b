package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a Backup stands. Completed, Failed and Expired are final. */
public enum BackupPhase {
  /** Waits for its connection or for a free place. */
  @JsonProperty("Queued")
  QUEUED,
  /** Its Job is made; the container does not run yet. */
  @JsonProperty("Pending")
  PENDING,
  /** pg_dump runs. */
  @JsonProperty("Running")
  RUNNING,
  /** The dump is written and being read again, or its Job was lost and storage is asked. */
  @JsonProperty("Verifying")
  VERIFYING,
  /** Every byte is in storage and the manifest names it. */
  @JsonProperty("Completed")
  COMPLETED,
  /** There is no backup; reason and message say why. */
  @JsonProperty("Failed")
  FAILED,
  /**
   * The data was deleted when expiresAfter had passed, or was to be and could not; the resource is
   * the record of it.
   */
  @JsonProperty("Expired")
  EXPIRED,
  /**
   * Data is being deleted: it has expired, retention does not keep it, or the resource goes and
   * deletionPolicy says so.
   */
  @JsonProperty("Deleting")
  DELETING
}
