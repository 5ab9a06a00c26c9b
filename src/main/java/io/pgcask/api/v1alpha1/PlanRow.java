package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One check that a Restore made before its first write. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanRow(
    @Required @Size(max = 64) @JsonPropertyDescription("What was checked.") String check,
    @Required @JsonPropertyDescription("Passed, Warning or Failed.") Result result,
    @Required @Size(max = 512) @JsonPropertyDescription("What was found and, if bad, what to do.")
        String message,
    @Size(max = 63)
        @JsonPropertyDescription("The target that the check is about, where there are several.")
        String database) {

  /** About the whole restore. */
  public PlanRow(String check, Result result, String message) {
    this(check, result, message, null);
  }

  /** How a check ended. */
  public enum Result {
    @JsonProperty("Passed")
    PASSED,
    @JsonProperty("Warning")
    WARNING,
    @JsonProperty("Failed")
    FAILED
  }
}
