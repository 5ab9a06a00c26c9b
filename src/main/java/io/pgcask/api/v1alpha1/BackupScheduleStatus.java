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
    @Size(max = 16)
        @JsonPropertyDescription(
            "Ready, Reconciling, Stalled, Healthy, StorageReady, SizeAnomaly and NotificationsReady.")
        List<Condition> conditions,
    @JsonPropertyDescription("The slot of the newest Backup that was created for one.")
        Instant lastScheduleTime,
    @JsonPropertyDescription(
            "Slots up to this time are history: a Backup was created for them, or they were skipped or missed,"
                + " or they passed before the schedule was created, changed or resumed.")
        Instant handledUntil,
    @Size(max = 256)
        @JsonPropertyDescription(
            "The schedule and timeZone that nextScheduleTime comes from. When they change, slots of the new"
                + " ones count from then on.")
        String observedTimetable,
    @JsonPropertyDescription(
            "When the newest good Backup of this schedule ended: Completed, not partial, not found damaged,"
                + " and still there. It becomes older when that one is found damaged or is deleted.")
        Instant lastSuccessfulTime,
    @JsonPropertyDescription(
            "When the newest Failed Backup of this schedule ended, also if it is gone since.")
        Instant lastFailureTime,
    @JsonPropertyDescription(
            "When the next Backup is created: the next slot, and its jitter. Absent while suspended.")
        Instant nextScheduleTime,
    @JsonPropertyDescription("Name of the newest Backup that was created.") String lastBackupName,
    @JsonPropertyDescription("How many Backups of this schedule have not ended.") Integer active,
    @JsonPropertyDescription(
            "How many slots were skipped: an earlier Backup had not ended (Forbid), nothing had changed"
                + " (skipIfUnchanged), or a Backup of somebody else has the slot's name.")
        Integer skippedRuns,
    @JsonPropertyDescription(
            "How many slots passed without a Backup because nobody created it in time: the operator was away,"
                + " the API server refused it until the next slot, Replace waited that long for an earlier one to"
                + " end, or startingDeadlineSeconds had passed. 100 at most of one downtime.")
        Integer missedRuns,
    @JsonPropertyDescription(
            "As of when nothing had changed when the last slot was skipped for that: a minute before the look,"
                + " since a server may take as long to count what was committed.")
        Instant lastUnchangedTime,
    @JsonPropertyDescription(
            "Name of the Backup since which nothing had changed at lastUnchangedTime.")
        String unchangedSinceBackup,
    @JsonPropertyDescription("How many of the newest Backups failed, one after the other.")
        Integer consecutiveFailures,
    @Size(max = 5) @JsonPropertyDescription("The newest Backups, the newest first.")
        List<RecentRun> recentRuns,
    @Size(max = 20)
        @JsonPropertyDescription(
            "Names of Completed Backups of this schedule that were found damaged when they were read again;"
                + " the newest 20.")
        List<String> damaged,
    @JsonPropertyDescription("What retention keeps, has removed and will remove.")
        RetentionStatus retention,
    @JsonPropertyDescription(
            "The slot of the last scheduled verification that is done with, whether or not anything was read or"
                + " passed.")
        Instant lastVerificationTime,
    @JsonPropertyDescription("The next scheduled verification.") Instant nextVerificationTime,
    @JsonPropertyDescription(
            "When the storage was last written to, read and deleted from as a test.")
        Instant lastStorageProbeTime,
    @Size(max = 32) @JsonPropertyDescription("Notifications that have not been delivered yet.")
        List<PendingDelivery> pendingDeliveries,
    @JsonPropertyDescription("How many notifications were given up or had no room.")
        Integer droppedDeliveries,
    @JsonPropertyDescription("Up to which event notifications were made; absent without receivers.")
        NotificationState notified,
    @JsonPropertyDescription("Which commands by annotation were carried out.")
        ScheduleLastHandled lastHandled) {}
