package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** How one copy of a backup stands. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CopyStatus(
    @JsonPropertyDescription("Directory of the copy: s3://bucket/... or pvc://claim/... .")
        String location,
    @JsonPropertyDescription(
            "Completed: it is a complete backup of its own. Failed: there is none; message says why.")
        CopyResult result,
    @JsonPropertyDescription("Bytes of all objects of the copy in storage.") Long sizeBytes,
    @JsonPropertyDescription(
            "What the latest verification of the copy found: Passed, Damaged or Inconclusive.")
        VerificationResult verified,
    @Size(max = 2048) @JsonPropertyDescription("The same as a sentence.") String message) {}
