package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a dump is written. */
public enum DumpFormat {
  /** An archive for pg_restore in one file. */
  @JsonProperty("Custom")
  CUSTOM,
  /** An archive for pg_restore in a file per table. */
  @JsonProperty("Directory")
  DIRECTORY,
  /** SQL text for psql in one file. */
  @JsonProperty("Plain")
  PLAIN,
  /** An archive for pg_restore in one tar file, uncompressed. */
  @JsonProperty("Tar")
  TAR
}
