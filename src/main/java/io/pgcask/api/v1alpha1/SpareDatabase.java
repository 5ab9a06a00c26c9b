package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/** A database beside the target of a restore in mode Replace, and what becomes of it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record SpareDatabase(
    @JsonPropertyDescription("Its name.") String name,
    @JsonPropertyDescription(
            "Its OID: another database of that name is not dropped. Absent: its comment tells whose it is.")
        Long oid,
    @JsonPropertyDescription("When it is to be dropped. Absent: pgcask does not drop it.")
        Instant dropTime,
    @JsonPropertyDescription("When dropping it is tried again, after it was not possible.")
        Instant retryTime,
    @JsonPropertyDescription("When it was dropped, or found to be gone.") Instant droppedTime,
    @Size(max = 2048)
        @JsonPropertyDescription("Why it could not be dropped yet, or is not dropped any more.")
        String message) {}
