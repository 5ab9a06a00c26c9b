package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a dump may lack although it was asked for. */
public enum PartialContent {
  /** Subscriptions, which pg_dump leaves out in silence for all but superusers. */
  @JsonProperty("Subscriptions")
  SUBSCRIPTIONS,
  /** Rows of unlogged tables, which a standby does not have. */
  @JsonProperty("UnloggedData")
  UNLOGGED_DATA,
  /** Rows that row security hides from the role. */
  @JsonProperty("RowSecurity")
  ROW_SECURITY
}
