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

/**
 * What to restore and where to. Immutable but for displayName and cancel. Over 300 lines, since
 * what the API server refuses stands at the fields that it is about.
 */
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
        "!has(self.mode) || !(self.mode in ['Clean', 'Replace']) || has(self.databases) || (has(self.confirm) && has(self.database) && self.confirm == self.database)",
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
@ValidationRule(
    value =
        "!has(self.errors) || self.errors != 'Accept' || !has(self.options) || !((has(self.options.singleTransaction) && self.options.singleTransaction) || (has(self.options.exitOnError) && self.options.exitOnError) || has(self.options.transactionSize))",
    message =
        "errors Accept goes on after an error: leave out options.singleTransaction, options.transactionSize and options.exitOnError, which stop there")
@ValidationRule(
    value =
        "!has(self.errors) || self.errors != 'Accept' || !has(self.mode) || !(self.mode in ['Clean', 'Replace'])",
    message =
        "modes Clean and Replace give the place of a database to a whole copy only: leave out errors Accept, or restore into a database of its own")
@ValidationRule(
    value =
        "!has(self.mode) || self.mode != 'Clean' || !has(self.options) || !has(self.options.transactionSize)",
    message = "mode Clean is one transaction: leave out options.transactionSize")
@ValidationRule(
    value = "!has(self.preSql) || !has(self.mode) || self.mode != 'Clean'",
    message =
        "mode Clean leaves the database as it was if it fails, and what preSql did would stay: run it yourself, or use mode Replace")
@ValidationRule(
    value = "has(self.database) != has(self.databases)",
    message = "set exactly one of database and databases")
@ValidationRule(
    value = "!has(self.databases) || !has(self.mode) || !(self.mode in ['Clean', 'Replace'])",
    message =
        "modes Clean and Replace restore one database, whose name they ask for twice: set database, not databases")
@ValidationRule(
    value = "!has(self.databases) || !(has(self.include) || has(self.exclude))",
    message =
        "the names in include and exclude are those of one database: set database, or leave them out")
@ValidationRule(
    value = "!has(self.createDatabase) || !has(self.mode) || self.mode == 'CreateNew'",
    message = "createDatabase is for mode CreateNew: the others write into a database that exists")
@ValidationRule(
    value = "!has(self.safetyBackup) || (has(self.mode) && self.mode in ['Clean', 'Replace'])",
    message =
        "safetyBackup is for modes Clean and Replace: the others write where there is nothing to save")
@ValidationRule(
    value = "!has(self.keepOld) || (has(self.mode) && self.mode == 'Replace')",
    message = "keepOld is for mode Replace, no other puts a database aside: leave it out")
@ValidationRule(
    value =
        "!has(self.mode) || self.mode != 'Clean' || !has(self.options) || !(has(self.options.roleMap) || has(self.options.extensionMap))",
    message =
        "mode Clean is one transaction of pg_restore, which options.roleMap and options.extensionMap cannot join: use mode Replace")
@ValidationRule(
    value =
        "!has(self.mode) || self.mode != 'Replace' || !has(self.options) || !has(self.options.extensionMap) || !self.options.extensionMap.exists(name, has(self.options.extensionMap[name].skip) && self.options.extensionMap[name].skip)",
    message =
        "mode Replace restores whole backups: leave out skip in options.extensionMap, or restore the part into a database of its own")
@ValidationRule(
    value =
        "!has(self.jobs) || self.jobs == 1 || !has(self.mode) || self.mode != 'Clean' || has(self.safetyBackup)",
    message =
        "with several jobs mode Clean is no single transaction, and a failure leaves the database neither as it was nor whole: set safetyBackup, leave out jobs, or use mode Replace")
@ValidationRule(
    value =
        "!has(self.jobs) || self.jobs == 1 || !has(self.options) || !has(self.options.singleTransaction) || !self.options.singleTransaction",
    message = "options.singleTransaction is one transaction of one connection: leave out jobs")
public record RestoreSpec(
    @Size(max = 256)
        @JsonPropertyDescription(
            "The name that people read. Default: metadata.name. Can be changed.")
        String displayName,
    @Required @JsonPropertyDescription("The backup to restore.") Source source,
    @Required
        @JsonPropertyDescription("The PostgresConnection to restore into, in the same namespace.")
        LocalObjectRef connectionRef,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The database to restore into, on the server of the connection. There is no default: this or"
                + " databases is required. Of a backup with several databases, the one of this name is"
                + " taken.")
        String database,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Several databases of one backup of scope Server, restored one after the other in this order;"
                + " all checks of all of them come before the first write. Or one of them under another"
                + " name. In place of database, for modes CreateNew and IntoEmpty.")
        List<Target> databases,
    @JsonPropertyDescription(
            "What of the backup's globals.sql is restored before the databases. Roles: roles that do not"
                + " exist yet, with their memberships, settings, comments, and passwords if the backup has"
                + " them. All: tablespaces as well, where their directory exists. What exists already is"
                + " left as it is. Default: None.")
        RestoreGlobals globals,
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
    @JsonPropertyDescription(
            "What the database that mode CreateNew creates has otherwise than the original. Only for this"
                + " mode. Default: nothing.")
        CreateDatabase createDatabase,
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
            "Makes a Backup of the database before modes Clean and Replace write to it. The restore waits until"
                + " it is Completed, and fails with nothing written if it fails. It is a Backup of its own and"
                + " outlives the restore. Without effect in a dry run. Default: none.")
        SafetyBackup safetyBackup,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "How long mode Replace keeps the old database, for example 24h. Counted from the completion; past"
                + " it, it is dropped as soon as nobody is connected to it. Deleting this resource before then"
                + " leaves it. Default: it is never dropped.")
        String keepOld,
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
    @Min(1)
        @Max(32)
        @JsonPropertyDescription(
            "Connections that restore at once: tables and indexes beside each other. Above 1 only for"
                + " formats Custom and Directory, and the dump is brought to scratch disk first, as large as"
                + " it is in storage (see pod.scratch). Mode Clean with several is no single transaction, and needs a"
                + " safetyBackup. Default: 1.")
        Integer jobs,
    @JsonPropertyDescription(
            "Options of pg_restore. Not for format Plain, but for sessionReplicationRole. Default: none.")
        RestoreOptions options,
    @JsonPropertyDescription(
            "What the role may not restore, and a database does without (event triggers, subscriptions,"
                + " publications of all tables, comments on extensions of somebody else), is left out with a"
                + " warning. true: the restore fails instead, before anything is written. Default: false.")
        Boolean strict,
    @JsonPropertyDescription(
            "What becomes of errors after which pg_restore goes on, such as an owner that does not exist."
                + " Fail: the restore is Failed. Accept: it is CompletedWithWarnings, with the errors in"
                + " status.errors. Whatever it says, bytes that are not those of the backup, an archive that"
                + " ends too soon, a lost connection, a tool that was killed and a restore that was stopped"
                + " are Failed. Accept is not for format Plain, whose SQL stops at the first error, not for"
                + " modes Clean and Replace, and not with options.singleTransaction,"
                + " options.transactionSize and options.exitOnError. Default: Fail.")
        RestoreErrors errors,
    @JsonPropertyDescription(
            "SQL to run in the target right before the load, as the connection's role. Mode Replace: in the"
                + " database that will take the place of the old one. If it fails, nothing is loaded and the"
                + " restore is Failed with reason SQLFailed. Not for mode Clean. Default: none.")
        SqlSource preSql,
    @JsonPropertyDescription(
            "SQL to run in the target right after a load that was not Failed, as the connection's role. Mode"
                + " Replace: before the new database takes the place of the old one. Mode Clean: after the"
                + " transaction. If it fails, the restore is Failed with reason SQLFailed. Default: none.")
        SqlSource postSql,
    @JsonPropertyDescription(
            "true gathers the planner's statistics of the target's tables after the load, in three stages as"
                + " vacuumdb --analyze-in-stages does it, so that the first queries are fast; in one, where the"
                + " backup has them. What cannot be analyzed is a warning. Nothing is done where neither rows"
                + " nor indexes are restored. Default: true.")
        Boolean analyze,
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

  /** One database of several. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Target(
      @Size(min = 1, max = 63)
          @JsonPropertyDescription(
              "Name of the database in the backup. Default: that of the target.")
          String source,
      @Required
          @Size(min = 1, max = 63)
          @JsonPropertyDescription(
              "The database to restore into, on the server of the connection; each only once.")
          String target) {

    /** The name in the backup. */
    public String sourceOrTarget() {
      return source == null ? target : source;
    }
  }

  /** Which backup to restore. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "(has(self.backupRef) ? 1 : 0) + (has(self.location) ? 1 : 0) + (has(self.schedule) ? 1 : 0) == 1",
      message = "set exactly one of backupRef, location and schedule")
  public record Source(
      @JsonPropertyDescription("A Backup in the same namespace. It must be Completed.")
          LocalObjectRef backupRef,
      @JsonPropertyDescription(
              "A backup in storage, for which no Backup resource is needed: another cluster's, or one"
                  + " whose resource was deleted. Or a dump that pg_dump made elsewhere.")
          RestoreLocation location,
      @JsonPropertyDescription(
              "The newest Backup that a BackupSchedule has made, now or before a time.")
          Scheduled schedule) {}

  /** Which Backup of a schedule to restore. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.latest) != has(self.before)",
      message = "set exactly one of latest and before")
  @ValidationRule(
      value = "!has(self.latest) || self.latest",
      message = "latest is true or left out")
  public record Scheduled(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(Api.OBJECT_NAME)
          @JsonPropertyDescription(
              "Name of the BackupSchedule, in the same namespace. It need not exist any more: its Backups"
                  + " count, those that are Completed, lack nothing that was asked for, were not found"
                  + " damaged and have not expired. Which one it is, is decided once, when the restore"
                  + " begins, and stands in status.resolved.backup.")
          String name,
      @JsonPropertyDescription("true: the newest of them. Default: none.") Boolean latest,
      @Pattern(Api.TIME)
          @JsonPropertyDescription(
              "Time, such as 2026-01-31T18:00:00Z: the newest of those whose every database was as it"
                  + " stood before it. Default: none.")
          Instant before) {}

  /** A Backup of the target, made before it is written to. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SafetyBackup(
      @JsonPropertyDescription("Where it is stored. Default: the defaultStorage of the connection.")
          Storage storage) {}
}
