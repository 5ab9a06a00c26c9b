package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How changes of a database's rows are followed. */
public enum Realtime {
  /** By the counters that the server keeps anyway. Nothing is written to the database. */
  @JsonProperty("Statistics")
  STATISTICS("Statistics"),
  /** By triggers on those tables that somebody listens to, and by the counters on all others. */
  @JsonProperty("Triggers")
  TRIGGERS("Triggers"),
  /** They are not. */
  @JsonProperty("Off")
  OFF("Off");

  private final String word;

  Realtime(String word) {
    this.word = word;
  }

  /** As the API writes it. */
  public String word() {
    return word;
  }
}
