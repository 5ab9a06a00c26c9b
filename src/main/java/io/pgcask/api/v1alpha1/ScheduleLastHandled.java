package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Which commands by annotation were carried out for a BackupSchedule: the value of each, as it was
 * given.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record ScheduleLastHandled(
    @Size(max = 253)
        @JsonPropertyDescription(
            "The value of annotation pgcask.io/run-now that was answered last.")
        String runNow) {}
