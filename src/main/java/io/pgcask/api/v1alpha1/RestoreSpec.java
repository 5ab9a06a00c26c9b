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
import java.time.Instant;
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
@ValidationRule(
    value =
        "!has(self.mode) || !(self.mode in ['Clean', 'Replace']) || (has(self.confirm) && self.confirm == self.database)",
    message =
        "modes Clean and Replace destroy what the database holds: write its name into confirm once more")
@ValidationRule(
    value = "!has(self.confirm) || (has(self.mode) && self.mode in ['Clean', 'Replace'])",
    message = "confirm is for modes Clean and Replace, no other destroys anything: leave it out")
@ValidationRule(
    value = "!has(self.mode) || !(self.mode in ['Clean', 'Replace']) || has(self.notAfter)",
    message =
        "modes Clean and Replace need notAfter, a time such as 2026-01-31T18:00:00Z: created anew after it, this resource destroys nothing")
@ValidationRule(
    value =
        "!has(self.terminateConnections) || (has(self.mode) && self.mode in ['Clean', 'Replace'])",
    message =
        "terminateConnections is for modes Clean and Replace: the others write where nobody works yet")
@ValidationRule(
    value =
        "!has(self.mode) || !(self.mode in ['Clean', 'Replace']) || !(has(self.include) || has(self.exclude) || has(self.content) || has(self.sections) || (has(self.options) && has(self.options.skipExtensions)))",
    message =
        "modes Clean and Replace restore whole backups: leave out include, exclude, content, sections and options.skipExtensions, or restore the part into a database of its own")
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
                + " and hold no rows. Clean: it must"
                + " exist; what the backup holds is dropped there and restored, all in one"
                + " transaction, and what else is there stays. Replace: it must exist; the backup is"
                + " restored into a new database, which then takes its name, and the old one is kept"
                + " under the name <database>_before_<first 8 digits of this resource's UID>."
                + " Default: CreateNew.")
        RestoreMode mode,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The same name as database, written once more: required by modes Clean and Replace, which"
                + " destroy what it holds, and refused for the others. Default: none.")
        String confirm,
    @Pattern(Api.TIME)
        @JsonPropertyDescription(
            "Time, such as 2026-01-31T18:00:00Z, after which nothing is written any more that has not"
                + " begun: past it the restore is Failed with reason Expired. Required by modes Clean"
                + " and Replace, so that a resource that is created anew later destroys nothing."
                + " Default: none.")
        Instant notAfter,
    @JsonPropertyDescription(
            "true ends the sessions of others in the database before Clean writes to it or Replace"
                + " gives its name away. false: such sessions make the restore fail, with nothing"
                + " changed. Only for these modes. Default: false.")
        Boolean terminateConnections,
    @JsonPropertyDescription(
            "true makes all checks of the plan and ends before the first write: Completed with reason"
                + " DryRun, with the plan in status.plan. Default: false.")
        Boolean dryRun,
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
    @JsonPropertyDescription(
            "What the role may not restore, and a database does without (event triggers, subscriptions,"
                + " publications of all tables, comments on extensions of somebody else), is left out with a"
                + " warning. true: the restore fails instead, before anything is written. Default: false.")
        Boolean strict,
    @JsonPropertyDescription("How an encrypted backup is decrypted. Default: not at all.")
        Decryption decryption,
    @JsonPropertyDescription(
            "true stops the restore: it ends Failed with reason Cancelled and this record stays. In"
                + " modes CreateNew and IntoEmpty, what is already in the target stays there. Without"
                + " effect once the restore has ended. Can be changed.")
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
