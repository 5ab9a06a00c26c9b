package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How changes of a database's schema are followed. */
public enum WatchSchema {
  /** The catalogue is read at every probe. Nothing is written to the database. */
  @JsonProperty("Poll")
  POLL("Poll"),
  /** Event triggers of pgcask tell of each change as it is committed. */
  @JsonProperty("Triggers")
  TRIGGERS("Triggers"),
  /** They are not. */
  @JsonProperty("Off")
  OFF("Off");

  private final String word;

  WatchSchema(String word) {
    this.word = word;
  }

  /** As the API writes it. */
  public String word() {
    return word;
  }
}
