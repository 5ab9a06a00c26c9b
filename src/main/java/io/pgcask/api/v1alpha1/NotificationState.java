package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;

/**
 * Up to where the events of a schedule have become notifications. It begins when the schedule gets
 * its first receiver: what was before is never told.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record NotificationState(
    @JsonPropertyDescription("What ended at this time or before is not told any more.")
        Instant until,
    @Size(max = 32)
        @JsonPropertyDescription("The newest events that were looked at, the newest last.")
        List<String> seen,
    @JsonPropertyDescription("How many Backups have failed since the last good one.")
        Integer failures,
    @JsonPropertyDescription("Since when the schedule is overdue, once that was told.")
        Instant overdueSince,
    @Size(max = 8)
        @JsonPropertyDescription(
            "Receivers whose last attempt failed; one goes when it is told something.")
        List<FailingReceiver> failing) {

  /** A receiver whose last attempt failed. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FailingReceiver(
      @JsonPropertyDescription(
              "Which entry of spec.notifications it is: the one with this urlSecretRef.")
          SecretKeyRef urlSecretRef,
      @JsonPropertyDescription("When the last attempt ended.") Instant time,
      @Size(max = 128)
          @JsonPropertyDescription("Why it failed, as one word from a documented list.")
          String reason,
      @Size(max = 256)
          @JsonPropertyDescription(
              "The same as a sentence. It names scheme and host at most, never the rest of the URL.")
          String message) {}
}
