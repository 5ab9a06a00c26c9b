package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Values of PostgreSQL's setting <a
 * href="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE">
 * session_replication_role</a>: which triggers and rules fire in a session.
 */
public enum SessionReplicationRole {
  /** Those that are enabled, and those that are always. The server's default. */
  @JsonProperty("origin")
  ORIGIN("origin"),
  /** Those that are enabled for replicas, and those that are always; no foreign key is checked. */
  @JsonProperty("replica")
  REPLICA("replica"),
  /** The same triggers as for origin. */
  @JsonProperty("local")
  LOCAL("local");

  private final String word;

  SessionReplicationRole(String word) {
    this.word = word;
  }

  /** As PostgreSQL writes it. */
  public String word() {
    return word;
  }
}
