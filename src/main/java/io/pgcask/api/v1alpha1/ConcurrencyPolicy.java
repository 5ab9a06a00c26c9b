package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens if a slot comes while an earlier Backup of the schedule has not ended. */
public enum ConcurrencyPolicy {
  /** The slot is skipped. */
  @JsonProperty("Forbid")
  FORBID,
  /** Both run. */
  @JsonProperty("Allow")
  ALLOW,
  /** The earlier one is cancelled, and the new one is created once it has ended. */
  @JsonProperty("Replace")
  REPLACE
}
