package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;

/** What the schedule has done and will do next. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record BackupScheduleStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed from.")
        Long observedGeneration,
    @Size(max = 16) @JsonPropertyDescription("Ready, Reconciling and Stalled.")
        List<Condition> conditions,
    @JsonPropertyDescription("The slot of the newest Backup that was created.")
        Instant lastScheduleTime,
    @JsonPropertyDescription("When the newest Completed Backup of this schedule ended.")
        Instant lastSuccessfulTime,
    @JsonPropertyDescription("When the newest Failed Backup of this schedule ended.")
        Instant lastFailureTime,
    @JsonPropertyDescription("The next slot; absent while suspended.") Instant nextScheduleTime,
    @JsonPropertyDescription("Name of the newest Backup that was created.") String lastBackupName,
    @JsonPropertyDescription("How many Backups of this schedule have not ended.") Integer active,
    @JsonPropertyDescription("How many slots were skipped because an earlier Backup had not ended.")
        Integer skippedRuns) {}
