package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which Backups of a schedule are read again. */
public enum VerificationSample {
  /** The newest Completed one. */
  @JsonProperty("Newest")
  NEWEST,
  /** Every Completed one that is kept, the longest unverified first. */
  @JsonProperty("All")
  ALL
}
