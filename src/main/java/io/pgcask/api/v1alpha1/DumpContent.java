package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which parts of the objects a dump holds. */
public enum DumpContent {
  /** Definitions and data. */
  @JsonProperty("All")
  ALL,
  /** Definitions without data. */
  @JsonProperty("SchemaOnly")
  SCHEMA_ONLY,
  /** Data without definitions. */
  @JsonProperty("DataOnly")
  DATA_ONLY
}
