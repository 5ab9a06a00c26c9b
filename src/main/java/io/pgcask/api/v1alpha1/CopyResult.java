package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether there is a copy. */
public enum CopyResult {
  /** It is a complete backup of its own. */
  @JsonProperty("Completed")
  COMPLETED,
  /** There is none. */
  @JsonProperty("Failed")
  FAILED
}
