package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a Restore after which pg_restore reports errors that it went on after. */
public enum RestoreErrors {
  /** It is Failed. */
  @JsonProperty("Fail")
  FAIL,
  /** It is CompletedWithWarnings. */
  @JsonProperty("Accept")
  ACCEPT
}
