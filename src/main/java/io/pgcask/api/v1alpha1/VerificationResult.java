package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a verification found. */
public enum VerificationResult {
  /** Everything is as it was written. */
  @JsonProperty("Passed")
  PASSED,
  /** Something is missing or is not as it was written. */
  @JsonProperty("Damaged")
  DAMAGED,
  /** It could not be found out; the message says why. */
  @JsonProperty("Inconclusive")
  INCONCLUSIVE
}
