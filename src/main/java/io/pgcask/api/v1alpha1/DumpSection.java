package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A section of a dump, as pg_dump divides it. */
public enum DumpSection {
  /** Everything that must exist before the data is loaded. */
  @JsonProperty("pre-data")
  PRE_DATA,
  /** Rows, large objects and values of sequences. */
  @JsonProperty("data")
  DATA,
  /** Indexes, triggers, rules and constraints other than validated checks. */
  @JsonProperty("post-data")
  POST_DATA
}
