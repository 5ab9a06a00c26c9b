package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/** What to restore and where to. Immutable but for displayName and cancel. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
@ValidationRule(
    value = "!has(self.sections) || !has(self.content) || self.content == 'All'",
    message = "set content or sections, not both")
@ValidationRule(
    value = "!has(self.includeDependencies) || !self.includeDependencies || has(self.include)",
    message = "includeDependencies needs include: without it everything is restored anyway")
@ValidationRule(
    value =
        "((!has(self.content) || self.content != 'DataOnly') && (!has(self.sections) || 'pre-data' in self.sections)) || (has(self.mode) && self.mode == 'IntoEmpty')",
    message =
        "content DataOnly and sections without pre-data need mode IntoEmpty, and a database that has the tables")
@ValidationRule(
    value =
        "!has(self.options) || !has(self.options.disableTriggers) || !self.options.disableTriggers || (has(self.content) && self.content == 'DataOnly')",
    message = "options.disableTriggers needs content DataOnly")
public record RestoreSpec(
    @Size(max = 256)
        @JsonPropertyDescription(
            "The name that people read. Default: metadata.name. Can be changed.")
        String displayName,
    @Required @JsonPropertyDescription("The backup to restore.") Source source,
    @Required
        @JsonPropertyDescription("The PostgresConnection to restore into, in the same namespace.")
        LocalObjectRef connectionRef,
    @Required
        @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The database to restore into, on the server of the connection. There is no default.")
        String database,
    @JsonPropertyDescription(
            "CreateNew: the database must not exist and is created with the properties of the"
                + " original. IntoEmpty: it must exist and hold no objects of users; where no tables are"
                + " created (content DataOnly, sections without pre-data), those that are loaded must be there"
                + " and hold no rows. Default: CreateNew.")
        RestoreMode mode,
    @JsonPropertyDescription(
            "Restore only what these names fit, with what belongs to it. Not for format Plain. Default:"
                + " everything.")
        RestoreNames include,
    @JsonPropertyDescription(
            "Leave out what these names fit, with what belongs to it; wins over include. Not for format Plain."
                + " Default: nothing.")
        RestoreNames exclude,
    @JsonPropertyDescription(
            "true: whatever the included needs comes with it, such as its schema, the types of its columns and"
                + " the functions of its triggers. false: what it needs and what is not in the target is"
                + " refused before anything is written. Default: false.")
        Boolean includeDependencies,
    @JsonPropertyDescription(
            "All: definitions and data. SchemaOnly: without data. DataOnly: without definitions. Not for format"
                + " Plain. Default: All.")
        DumpContent content,
    @Size(min = 1, max = 3)
        @JsonPropertyDescription(
            "Only these sections of the dump: pre-data, data, post-data. Not for format Plain. Default: all"
                + " three.")
        List<DumpSection> sections,
    @JsonPropertyDescription("Options of pg_restore. Not for format Plain. Default: none.")
        RestoreOptions options,
    @JsonPropertyDescription("How an encrypted backup is decrypted. Default: not at all.")
        Decryption decryption,
    @JsonPropertyDescription(
            "true stops the restore: it ends Failed with reason Cancelled and this record stays. What"
                + " is already in the target stays there. Without effect once the restore has ended."
                + " Can be changed.")
        Boolean cancel,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "How long to wait for the backup, for a free place of the connection and for the"
                + " connection to be ready, for example 30m or 2h. Past it: Failed. Default: 1d.")
        String queueDeadline,
    @Min(10)
        @Max(3599)
        @JsonPropertyDescription(
            "Seconds from the creation of the Job until its container must run. Past it: Failed with"
                + " the cause. Default: 600.")
        Integer pendingDeadlineSeconds,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "How long the restore may take once it runs, for example 12h. Past it: Failed with reason"
                + " DeadlineExceeded. Default: no limit.")
        String activeDeadline,
    @Min(10)
        @Max(3599)
        @JsonPropertyDescription(
            "Seconds without progress and without a working backend of ours, after which the restore"
                + " is stopped: Failed with reason Stalled. Default: 1800.")
        Integer stallTimeoutSeconds,
    @JsonPropertyDescription(
            "What the pods are like. What is not set here is taken from the connection's defaultPod, then"
                + " from the chart. Default: none.")
        PodSettings pod) {

  /** Which backup to restore. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.backupRef) != has(self.location)",
      message = "set exactly one of backupRef and location")
  public record Source(
      @JsonPropertyDescription("A Backup in the same namespace. It must be Completed.")
          LocalObjectRef backupRef,
      @JsonPropertyDescription(
              "A backup in storage, for which no Backup resource is needed: another cluster's, or one"
                  + " whose resource was deleted.")
          Location location) {}
}
