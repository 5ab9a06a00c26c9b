package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** Something that the probe of a connection has found out about dumps of the database. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConnectionFinding(
    @JsonPropertyDescription("What it is; the documentation lists all reasons.") String reason,
    @JsonPropertyDescription(
            "Blocking: a Backup of the whole database with default options would fail, and DumpReady is"
                + " False. Warning: it would not, but a person should know.")
        Severity severity,
    @JsonPropertyDescription("How many objects it is about, where that can be counted.") Long count,
    @Size(max = 1024) @JsonPropertyDescription("A sentence for people, with what to do.")
        String message) {

  /** How much it matters. */
  public enum Severity {
    @JsonProperty("Blocking")
    BLOCKING,
    @JsonProperty("Warning")
    WARNING
  }
}
