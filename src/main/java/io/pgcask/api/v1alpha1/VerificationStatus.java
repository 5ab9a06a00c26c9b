package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/** What the latest verification of a backup found. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record VerificationStatus(
    @JsonPropertyDescription("How far it went: Hash, Parse or Restore.") VerificationLevel level,
    @JsonPropertyDescription("Passed, Damaged or Inconclusive.") VerificationResult result,
    @Size(max = 2048) @JsonPropertyDescription("What was found, or why nothing could be found out.")
        String message,
    @JsonPropertyDescription("When it ended.") Instant time,
    @JsonPropertyDescription("How long it took, in seconds.") Long durationSeconds,
    @JsonPropertyDescription(
            "Rows that were counted after a restore and are as many as were dumped.")
        Long rowsChecked) {}
