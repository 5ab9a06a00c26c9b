package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How a Backup stands; once it has ended, the record of it. Written by the operator alone. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record BackupStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed from.")
        Long observedGeneration,
    @JsonPropertyDescription(
            "Queued, Pending, Running, Verifying, Completed, Failed, Expired or Deleting.")
        BackupPhase phase,
    @JsonPropertyDescription("Why the phase is what it is, as one word from a documented list.")
        String reason,
    @Size(max = 2048) @JsonPropertyDescription("The same as a sentence, with what to do.")
        String message,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, Reconciling, Stalled, Complete, Failed and Verified.")
        List<Condition> conditions,
    @JsonPropertyDescription(
            "What the operator decided before the Job was made: the only input of a later restore or"
                + " deletion.")
        Resolved resolved,
    @JsonPropertyDescription("When the Job of the latest attempt was made.") Instant startTime,
    @JsonPropertyDescription(
            "When the backup ended; of an imported one, when it ended where it was made.")
        Instant completionTime,
    @JsonPropertyDescription(
            "When the snapshot was taken whose content the dump is, by the server's clock; of several"
                + " databases the last one.")
        Instant snapshotTime,
    @JsonPropertyDescription("When the backup was imported; absent unless spec.imported is set.")
        Instant importTime,
    @JsonPropertyDescription(
            "When the operator stopped the Job, or found that it had ended without a result, or began to"
                + " delete the data because it has expired or is not kept.")
        Instant stopTime,
    @JsonPropertyDescription(
            "When the data is or was to be deleted: completionTime, or importTime if there is one, and"
                + " spec.expiresAfter. With spec.hold it is not.")
        Instant expirationTime,
    @JsonPropertyDescription("Seconds from startTime to completionTime.") Long durationSeconds,
    @JsonPropertyDescription("durationSeconds for people, for example 1m12s.") String duration,
    @JsonPropertyDescription(
            "Number of the attempt, from 1; 2 is the first that spec.retries allows.")
        Integer attempt,
    @JsonPropertyDescription("When that attempt may begin; absent once it has.") Instant retryTime,
    @JsonPropertyDescription("Name of the Job that runs or ran pg_dump.") String jobName,
    @JsonPropertyDescription("UID of that Job. A recorded UID whose Job is gone never runs again.")
        String jobUid,
    @JsonPropertyDescription("Name of the Job's pod.") String podName,
    @JsonPropertyDescription("Progress while it runs.") Progress progress,
    @JsonPropertyDescription("Directory of the backup: s3://bucket/... or pvc://claim/... .")
        String location,
    @Size(max = 2)
        @JsonPropertyDescription(
            "The copies, in the order of spec.copies; set once the backup in spec.storage is complete.")
        List<CopyStatus> copies,
    @JsonPropertyDescription("Bytes of all objects of the backup in storage.") Long sizeBytes,
    @JsonPropertyDescription("sizeBytes for people, for example 1.2 GiB.") String size,
    @JsonPropertyDescription("Size of the databases in bytes when they were dumped.")
        Long databaseSizeBytes,
    @JsonPropertyDescription(
            "Rows of the tables that were dumped, as the planner's statistics estimated them.")
        Long estimatedRows,
    @Size(max = 16)
        @JsonPropertyDescription(
            "What the database looked like just before the snapshot, as far as it takes to say later that"
                + " nothing has changed. Only of a Backup that a schedule made; absent where that cannot"
                + " be known. A value says nothing by itself.")
        Map<String, String> changeEvidence,
    @Size(max = 20)
        @JsonPropertyDescription("The databases that were dumped, the first 20 at most.")
        List<String> databases,
    @JsonPropertyDescription("How many databases were dumped.") Integer databaseCount,
    @JsonPropertyDescription("SHA-256 of the dump as it lies in storage, in hexadecimal.")
        String sha256,
    @JsonPropertyDescription("Version of the server, for example 17.6.") String serverVersion,
    @JsonPropertyDescription("Version of pg_dump, for example 17.6.") String toolVersion,
    @Size(max = 20)
        @JsonPropertyDescription("Warnings of pg_dump and of the operator, the first 20.")
        List<String> warnings,
    @JsonPropertyDescription("How many warnings there were.") Integer warningCount,
    @JsonPropertyDescription("What the latest verification found.") VerificationStatus verification,
    @JsonPropertyDescription("Which commands by annotation were carried out.")
        LastHandled lastHandled,
    @Size(max = 8)
        @JsonPropertyDescription(
            "What was asked for but could not be dumped: Subscriptions, UnloggedData, RowSecurity.")
        List<String> partial,
    @Size(max = 4096)
        @JsonPropertyDescription("The last lines that pg_dump wrote, quoted values masked.")
        String logTail) {

  /** What was decided before the Job was made. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Resolved(
      @JsonPropertyDescription("The server and database that are dumped.")
          ResolvedConnection connection,
      @JsonPropertyDescription("The format of the dump.") DumpFormat format,
      @JsonPropertyDescription("Where the dump goes, with the names of Secrets only.")
          Storage storage,
      @Size(max = 2)
          @JsonPropertyDescription(
              "Where the copies go, with the names of Secrets only; each to the same path.")
          List<Storage> copies,
      @JsonPropertyDescription("Directory of the backup, relative to the storage.") String path,
      @JsonPropertyDescription("The image that runs pg_dump.") String image,
      @JsonPropertyDescription(
              "What the pods are like: the settings of the chart, the connection and the spec in"
                  + " one. Later Jobs on the backup have them too.")
          PodSettings pod) {}
}
