package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/** A notification that has not been delivered yet, with all that it says. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record PendingDelivery(
    @JsonPropertyDescription(
            "What makes this event one: a receiver that sees it twice drops the second.")
        String id,
    @JsonPropertyDescription(
            "Which entry of spec.notifications it is for: the one with this urlSecretRef.")
        SecretKeyRef urlSecretRef,
    @JsonPropertyDescription("What happened; absent for a heartbeat.") NotificationEvent event,
    @JsonPropertyDescription("When it happened.") Instant time,
    @JsonPropertyDescription("The Backup that it is about, if it is about one.") String backup,
    @JsonPropertyDescription("The PostgresConnection of the Backup.") String connection,
    @JsonPropertyDescription("The phase of the Backup.") BackupPhase phase,
    @Size(max = 128) @JsonPropertyDescription("The reason, as one word.") String reason,
    @Size(max = 256) @JsonPropertyDescription("What happened, for people.") String message,
    @Size(max = 256) @JsonPropertyDescription("Where the backup lies, unless that is too long.")
        String location,
    @JsonPropertyDescription("Bytes that the backup has in storage.") Long sizeBytes,
    @JsonPropertyDescription("How many seconds the Backup took.") Long durationSeconds,
    @JsonPropertyDescription("How many Backups had failed in a row.") Integer consecutiveFailures,
    @JsonPropertyDescription("When the newest good Backup had ended.") Instant lastSuccessfulTime,
    @JsonPropertyDescription("How often it was tried.") Integer attempts,
    @JsonPropertyDescription("When it is tried next; absent before the first attempt.")
        Instant nextAttempt) {}
