package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How much of a server a Backup holds. */
public enum BackupScope {
  /** One database. */
  @JsonProperty("Database")
  DATABASE,
  /** Every database, an archive each, and the globals. */
  @JsonProperty("Server")
  SERVER
}
