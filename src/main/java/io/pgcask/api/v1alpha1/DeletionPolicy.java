package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to the data when somebody deletes the Backup resource. */
public enum DeletionPolicy {
  /** The data stays in storage. */
  @JsonProperty("Retain")
  RETAIN,
  /** The data is deleted with the resource. */
  @JsonProperty("Delete")
  DELETE
}
