package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far a backup is verified after it was written. */
public enum VerificationLevel {
  /** Every object is read back and its size and hash compared with what was written. */
  @JsonProperty("Hash")
  HASH,
  /**
   * As Hash, and every dump is read by PostgreSQL's own program from its first to its last byte.
   */
  @JsonProperty("Parse")
  PARSE,
  /** Every dump is restored into a server that lives only for that, and its rows are counted. */
  @JsonProperty("Restore")
  RESTORE;

  /** As far as it can be told without a server. */
  public VerificationLevel withoutServer() {
    return this == RESTORE ? HASH : this;
  }
}
