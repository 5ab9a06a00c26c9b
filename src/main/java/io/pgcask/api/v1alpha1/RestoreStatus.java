package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;

/** How a Restore stands; once it has ended, the record of it. Written by the operator alone. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record RestoreStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed from.")
        Long observedGeneration,
    @JsonPropertyDescription(
            "Queued, Pending, Planning, Running, Verifying, Completed, CompletedWithWarnings or Failed.")
        RestorePhase phase,
    @JsonPropertyDescription("Why the phase is what it is, as one word from a documented list.")
        String reason,
    @Size(max = 2048) @JsonPropertyDescription("The same as a sentence, with what to do.")
        String message,
    @Size(max = 16) @JsonPropertyDescription("Ready, Reconciling, Stalled, Complete and Failed.")
        List<Condition> conditions,
    @JsonPropertyDescription(
            "The Backup's name, or the location, that is restored from; with the schedule that it was"
                + " chosen from.")
        String source,
    @JsonPropertyDescription("The database that is restored into; of several, their names.")
        String target,
    @JsonPropertyDescription("What the operator decided before the Job was made.")
        Resolved resolved,
    @JsonPropertyDescription("The Backup of the target that was made before it was written to.")
        SafetyBackup safetyBackup,
    @JsonPropertyDescription("When the Job was made.") Instant startTime,
    @JsonPropertyDescription("When the restore ended.") Instant completionTime,
    @JsonPropertyDescription(
            "When the operator stopped the Job, or found that it had ended without a result.")
        Instant stopTime,
    @JsonPropertyDescription("Seconds from startTime to completionTime.") Long durationSeconds,
    @JsonPropertyDescription("durationSeconds for people, for example 1m12s.") String duration,
    @JsonPropertyDescription("Name of the Job that runs or ran pg_restore.") String jobName,
    @JsonPropertyDescription("UID of that Job. A recorded UID whose Job is gone never runs again.")
        String jobUid,
    @JsonPropertyDescription("Name of the Job's pod.") String podName,
    @Size(max = 64)
        @JsonPropertyDescription("The checks that were made before the first write, the first 64.")
        List<PlanRow> plan,
    @JsonPropertyDescription("Progress while it runs.") Progress progress,
    @JsonPropertyDescription("Version of the target server, for example 17.6.")
        String serverVersion,
    @JsonPropertyDescription("Version of pg_restore or psql, for example 17.6.") String toolVersion,
    @JsonPropertyDescription("Errors that pg_restore or psql reported.") Errors errors,
    @JsonPropertyDescription(
            "What the load has brought, counted in the target. Absent if the restore has failed"
                + " or it could not be counted.")
        Restored restored,
    @Size(max = 20)
        @JsonPropertyDescription("Warnings of the tools and of the operator, the first 20.")
        List<String> warnings,
    @JsonPropertyDescription("How many warnings there were.") Integer warningCount,
    @Size(max = 4096)
        @JsonPropertyDescription("The last lines that the tool wrote, quoted values masked.")
        String logTail,
    @JsonPropertyDescription("The database that mode Replace has put aside.")
        SpareDatabase keptDatabase,
    @JsonPropertyDescription(
            "The unfinished database of a restore in mode Replace that failed, where it may be left.")
        SpareDatabase temporaryDatabase) {

  /** What was decided before the Job was made. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Resolved(
      @JsonPropertyDescription("The server and database that are restored into.")
          ResolvedConnection connection,
      @JsonPropertyDescription("The mode.") RestoreMode mode,
      @JsonPropertyDescription("Where the backup lies, with the names of Secrets only.")
          Storage storage,
      @JsonPropertyDescription("The Backup that is restored; absent for a location.") String backup,
      @JsonPropertyDescription("Directory of the backup, relative to the storage.") String path,
      @JsonPropertyDescription("The image that runs pg_restore.") String image,
      @JsonPropertyDescription(
              "What the pods are like: the settings of the chart, the connection and the spec in"
                  + " one.")
          PodSettings pod) {}

  /** Errors of the tools. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Errors(
      @JsonPropertyDescription("How many errors there were.") Integer count,
      @Size(max = 20)
          @JsonPropertyDescription(
              "The first 20, each the first line of an error behind the entry of the archive that it"
                  + " belongs to; quoted values masked.")
          List<String> samples) {}

  /** What a load has brought. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Restored(
      @JsonPropertyDescription(
              "Tables of the restored part that are there and whose rows came without an error,"
                  + " partitions included.")
          Integer tables,
      @JsonPropertyDescription(
              "Rows that the server counted while they were loaded into these tables. Absent for"
                  + " servers before 15 and where track_counts is off.")
          Long rows,
      @JsonPropertyDescription(
              "Indexes of the restored part that are there and valid, those of constraints included.")
          Integer indexes) {}

  /** The Backup of the target. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SafetyBackup(
      @JsonPropertyDescription("Name of the Backup, in the same namespace.") String name,
      @JsonPropertyDescription("Where its data lies. Absent until it is Completed.")
          String location) {}
}
