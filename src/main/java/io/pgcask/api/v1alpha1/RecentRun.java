package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/** One of the newest Backups of a schedule. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record RecentRun(
    @JsonPropertyDescription("Name of the Backup.") String backup,
    @JsonPropertyDescription("The slot it was created for, or when it was created.")
        Instant scheduledTime,
    @JsonPropertyDescription("Its phase.") BackupPhase phase,
    @JsonPropertyDescription("Its reason.") String reason,
    @JsonPropertyDescription("When it ended.") Instant completionTime,
    @JsonPropertyDescription("How many seconds it took.") Long durationSeconds,
    @JsonPropertyDescription("Bytes that it has in storage.") Long sizeBytes) {}
