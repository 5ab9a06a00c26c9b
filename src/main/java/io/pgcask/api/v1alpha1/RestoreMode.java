package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What state the target database must be in before a Restore writes to it. */
public enum RestoreMode {
  /** It must not exist; the Restore creates it. */
  @JsonProperty("CreateNew")
  CREATE_NEW,
  /** It must exist and be empty. */
  @JsonProperty("IntoEmpty")
  INTO_EMPTY,
  /** It must exist; what the backup holds is dropped and restored, in one transaction. */
  @JsonProperty("Clean")
  CLEAN,
  /** It must exist; another database takes its place, and it is kept under another name. */
  @JsonProperty("Replace")
  REPLACE
}
