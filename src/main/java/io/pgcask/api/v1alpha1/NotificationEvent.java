package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happened to the Backups of a schedule. */
public enum NotificationEvent {
  /** A Backup failed. */
  @JsonProperty("Failed")
  FAILED,
  /** The newest good Backup is older than maxAgeOfLastSuccess. */
  @JsonProperty("Overdue")
  OVERDUE,
  /** A Backup was completed after a failure, or after the schedule was overdue. */
  @JsonProperty("Recovered")
  RECOVERED,
  /** A Backup was completed. */
  @JsonProperty("Completed")
  COMPLETED
}
