package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a Restore brings that belongs to the whole server. */
public enum RestoreGlobals {
  /** Nothing. */
  @JsonProperty("None")
  NONE,
  /** Roles that do not exist, their memberships and settings. */
  @JsonProperty("Roles")
  ROLES,
  /** Those, and tablespaces. */
  @JsonProperty("All")
  ALL
}
