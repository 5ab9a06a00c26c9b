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

/**
 * What to back up, how, and where to. Immutable but for displayName, deletionPolicy, expiresAfter,
 * hold and cancel.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
@ValidationRule(
    value =
        "!has(self.format) || self.format != 'Tar' || !has(self.compression) || self.compression.method == 'none'",
    message = "format Tar cannot be compressed: use Custom, or compression method none")
@ValidationRule(
    value =
        "!has(self.include) || !has(self.include.tables) || (!has(self.include.schemas) && (!has(self.exclude) || !has(self.exclude.schemas)))",
    message =
        "include.tables excludes include.schemas and exclude.schemas, which pg_dump would ignore: write a pattern such as sales.* in include.tables")
@ValidationRule(
    value =
        "!has(self.imported) || !(has(self.scope) || has(self.database) || has(self.globals) || has(self.format) || has(self.compression) || has(self.clientMajor) || has(self.include) || has(self.exclude) || has(self.foreignData) || has(self.includeChildren) || has(self.largeObjects) || has(self.content) || has(self.sections) || has(self.options) || has(self.allowPartial) || has(self.storage) || has(self.copies) || has(self.encryption) || has(self.preSql) || has(self.postSql) || has(self.keepLog) || has(self.stallTimeoutSeconds))",
    message =
        "imported reads a backup that is there already: leave out everything that says what to dump, how, and where to")
@ValidationRule(
    value =
        "!has(self.imported) || !has(self.verification) || !has(self.verification.level) || self.verification.level != 'Restore'",
    message =
        "an imported backup is verified at level Hash or Parse: once it is Completed, the annotation pgcask.io/verify: Restore has it restored")
@ValidationRule(
    value = "!has(self.scope) || self.scope != 'Server' || !has(self.database)",
    message =
        "scope Server dumps every database: leave out database, and choose with include.databases and exclude.databases")
@ValidationRule(
    value =
        "(has(self.scope) && self.scope == 'Server') || ((!has(self.include) || !has(self.include.databases)) && (!has(self.exclude) || !has(self.exclude.databases)))",
    message = "include.databases and exclude.databases need scope Server")
@ValidationRule(
    value =
        "!has(self.globals) || ((has(self.scope) && self.scope == 'Server') ? (!has(self.globals.include) || self.globals.include != 'ReferencedRoles') : ((!has(self.globals.include) || self.globals.include in ['ReferencedRoles', 'None']) && (!has(self.globals.rolePasswords) || !self.globals.rolePasswords)))",
    message =
        "globals.include is Roles, All or None for scope Server, ReferencedRoles or None for scope Database; globals.rolePasswords needs scope Server")
@ValidationRule(
    value =
        "!has(self.scope) || self.scope != 'Server' || ((!has(self.include) || !(has(self.include.schemas) || has(self.include.tables) || has(self.include.extensions))) && (!has(self.exclude) || !(has(self.exclude.schemas) || has(self.exclude.tables) || has(self.exclude.tableData) || has(self.exclude.extensions))) && !has(self.foreignData))",
    message =
        "with scope Server only databases can be chosen: make a Backup of one database to choose within it")
@ValidationRule(
    value =
        "!has(self.globals) || !has(self.globals.rolePasswords) || !self.globals.rolePasswords || has(self.encryption)",
    message = "globals.rolePasswords needs encryption: hashes of passwords must not lie about")
@ValidationRule(
    value = "!has(self.sections) || !has(self.content) || self.content == 'All'",
    message = "set content or sections, not both")
@ValidationRule(
    value = "!has(self.foreignData) || !has(self.content) || self.content != 'SchemaOnly'",
    message = "foreignData is data: it excludes content SchemaOnly")
@ValidationRule(
    value =
        "!has(self.includeChildren) || (has(self.include) && has(self.include.tables)) || (has(self.exclude) && (has(self.exclude.tables) || has(self.exclude.tableData)))",
    message = "includeChildren needs include.tables, exclude.tables or exclude.tableData")
@ValidationRule(
    value =
        "!has(self.options) || (has(self.format) && self.format == 'Plain') || !(has(self.options.noOwner) || has(self.options.noTablespaces) || has(self.options.noTableAccessMethod) || has(self.options.clean) || has(self.options.ifExists) || has(self.options.disableTriggers))",
    message =
        "options noOwner, noTablespaces, noTableAccessMethod, clean, ifExists and disableTriggers need format Plain: pg_dump ignores them for archives, set them on the Restore instead")
@ValidationRule(
    value =
        "!has(self.options) || !has(self.options.clean) || !self.options.clean || !has(self.content) || self.content != 'DataOnly'",
    message = "options.clean excludes content DataOnly")
@ValidationRule(
    value =
        "!has(self.options) || !has(self.options.disableTriggers) || !self.options.disableTriggers || (has(self.content) && self.content == 'DataOnly')",
    message = "options.disableTriggers needs content DataOnly")
@ValidationRule(
    value =
        "!has(self.options) || !has(self.options.enableRowSecurity) || !self.options.enableRowSecurity || (has(self.allowPartial) && 'RowSecurity' in self.allowPartial)",
    message = "options.enableRowSecurity makes a partial dump: add RowSecurity to allowPartial")
@ValidationRule(
    value =
        "!has(self.copies) || !has(self.storage) || self.copies.all(c, has(c.s3) != has(self.storage.s3) || (has(c.s3) && (c.s3.bucket != self.storage.s3.bucket || has(c.s3.prefix) != has(self.storage.s3.prefix) || (has(c.s3.prefix) && c.s3.prefix != self.storage.s3.prefix) || has(c.s3.endpoint) != has(self.storage.s3.endpoint) || (has(c.s3.endpoint) && c.s3.endpoint != self.storage.s3.endpoint))) || (has(c.persistentVolumeClaim) && (c.persistentVolumeClaim.claimName != self.storage.persistentVolumeClaim.claimName || has(c.persistentVolumeClaim.path) != has(self.storage.persistentVolumeClaim.path) || (has(c.persistentVolumeClaim.path) && c.persistentVolumeClaim.path != self.storage.persistentVolumeClaim.path))))",
    message =
        "a copy must not lie where the backup does: give it another bucket, prefix or endpoint, or another claim or path")
@ValidationRule(
    value =
        "!has(self.copies) || size(self.copies) < 2 || has(self.copies[0].s3) != has(self.copies[1].s3) || (has(self.copies[0].s3) && (self.copies[0].s3.bucket != self.copies[1].s3.bucket || has(self.copies[0].s3.prefix) != has(self.copies[1].s3.prefix) || (has(self.copies[0].s3.prefix) && self.copies[0].s3.prefix != self.copies[1].s3.prefix) || has(self.copies[0].s3.endpoint) != has(self.copies[1].s3.endpoint) || (has(self.copies[0].s3.endpoint) && self.copies[0].s3.endpoint != self.copies[1].s3.endpoint))) || (has(self.copies[0].persistentVolumeClaim) && (self.copies[0].persistentVolumeClaim.claimName != self.copies[1].persistentVolumeClaim.claimName || has(self.copies[0].persistentVolumeClaim.path) != has(self.copies[1].persistentVolumeClaim.path) || (has(self.copies[0].persistentVolumeClaim.path) && self.copies[0].persistentVolumeClaim.path != self.copies[1].persistentVolumeClaim.path)))",
    message =
        "two copies must not lie in the same place: give one another bucket, prefix or endpoint, or another claim or path")
public record BackupSpec(
    @Size(max = 256)
        @JsonPropertyDescription(
            "The name that people read. Default: metadata.name. Can be changed.")
        String displayName,
    @Required
        @JsonPropertyDescription("The PostgresConnection to dump from, in the same namespace.")
        LocalObjectRef connectionRef,
    @JsonPropertyDescription(
            "Database: one database. Server: every database, an archive each, and the globals; without"
                + " templates, what nobody may connect to, and what the provider of a managed server keeps there"
                + " for itself. Default: Database.")
        BackupScope scope,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The database to dump, for scope Database. Default: the connection's.")
        String database,
    @JsonPropertyDescription(
            "What is dumped besides the databases. Default: the roles; for scope Database the names of those"
                + " that it refers to.")
        Globals globals,
    @JsonPropertyDescription(
            "Custom: an archive that pg_restore reads, whole or in parts. Directory: the same in a file per"
                + " table. Plain: SQL text that psql reads. Tar: an archive as a tar file, for tools that"
                + " want one; pg_dump needs scratch space of the largest table for it. Default: Custom.")
        DumpFormat format,
    @JsonPropertyDescription(
            "Compression of the dump. Default: zstd level 1 where pg_dump is 16 or newer, else gzip"
                + " level 1; none for format Tar.")
        Compression compression,
    @Min(14)
        @Max(18)
        @JsonPropertyDescription(
            "Major version of pg_dump. It must not be older than the server. A newer one has more options, but"
                + " its archives are for servers of that version and newer. Default: the server's, or the"
                + " next newer one that the image has.")
        Integer clientMajor,
    @JsonPropertyDescription("What to dump and nothing else. Default: everything.")
        DumpInclude include,
    @JsonPropertyDescription("What not to dump. Default: nothing is left out.") DumpExclude exclude,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Foreign servers whose tables' rows are dumped too, as psql patterns. Default: none.")
        List<@Pattern(Api.NAME_PATTERN) String> foreignData,
    @JsonPropertyDescription(
            "true: tables of include.tables, exclude.tables and exclude.tableData bring their partitions and"
                + " children. Default: false.")
        Boolean includeChildren,
    @JsonPropertyDescription(
            "Auto: large objects are dumped unless include selects something, as pg_dump does it; a warning"
                + " says so if there are any. Include: in any case. Exclude: in no case. Default: Auto.")
        LargeObjects largeObjects,
    @JsonPropertyDescription(
            "All: definitions and data. SchemaOnly: without data. DataOnly: without definitions. Default:"
                + " All.")
        DumpContent content,
    @Size(min = 1, max = 3)
        @JsonPropertyDescription(
            "Only these sections of the dump: pre-data, data, post-data. Default: all three.")
        List<DumpSection> sections,
    @JsonPropertyDescription("Options of pg_dump. Default: none.") DumpOptions options,
    @Size(min = 1, max = 3)
        @JsonPropertyDescription(
            "What the dump may lack: Subscriptions, UnloggedData, RowSecurity. What is not named here and"
                + " would be lacking fails the backup with reason PartialDump. A partial backup says so in"
                + " status.partial. Default: nothing.")
        List<PartialContent> allowPartial,
    @JsonPropertyDescription(
            "Where the dump is written to. Default: the connection's defaultStorage.")
        Storage storage,
    @JsonPropertyDescription(
            "A backup that lies in storage already, made by another Backup, perhaps in another cluster. It is"
                + " read and verified, and this resource becomes the record of it; nothing is dumped, and"
                + " the connection need not exist. If it cannot be read nothing of it is removed. Default:"
                + " none.")
        Location imported,
    @Size(min = 1, max = 2)
        @JsonPropertyDescription(
            "Further storages, two at most. When the backup in storage is complete, each gets a copy that"
                + " is a complete backup of its own; status.copies shows them. A copy that fails makes the"
                + " Backup Failed; the backup in storage is kept then. Default: none.")
        List<Storage> copies,
    @JsonPropertyDescription(
            "SQL that is run before the snapshot of the dump is taken, in the dumped database, by the"
                + " connection's role: the whole text as one query in autocommit, for stallTimeoutSeconds"
                + " at most. If it fails, the Backup is Failed with reason SQLFailed before anything is"
                + " written. Default: none.")
        SqlSource preSql,
    @JsonPropertyDescription(
            "SQL that is run in the same way when pg_dump has ended, also if the dump failed, but not if"
                + " preSql did. If it fails, the Backup is Failed with reason SQLFailed and what was"
                + " written is removed. Default: none.")
        SqlSource postSql,
    @JsonPropertyDescription(
            "Whether the log of pg_dump, log.txt, is stored with the backup. Default: true.")
        Boolean keepLog,
    @JsonPropertyDescription(
            "Encryption before anything leaves the runner. Everything but manifest.json and RESTORE.md is"
                + " encrypted. Whoever loses the key loses the backup. Default: none.")
        Encryption encryption,
    @JsonPropertyDescription(
            "How the backup is verified once it is written. A damaged one is Failed with reason"
                + " VerificationFailed, and its data is kept. Default: level Hash.")
        Verification verification,
    @JsonPropertyDescription(
            "What happens to the data when this resource is deleted. Retain: it stays. Delete: it is"
                + " deleted. Default: Retain. Can be changed.")
        DeletionPolicy deletionPolicy,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "How long after its completion the data is deleted, whatever deletionPolicy says, for example"
                + " 30d. The resource stays as a record, with phase Expired, unless a schedule made it. A"
                + " Failed backup does not expire. Default: never. Can be changed.")
        String expiresAfter,
    @JsonPropertyDescription(
            "true: the data is deleted neither by expiresAfter, nor by the retention of a schedule, nor with the"
                + " resource. Default: false. Can be changed.")
        Boolean hold,
    @JsonPropertyDescription(
            "true stops the backup: it ends Failed with reason Cancelled, what was written is removed"
                + " and this record stays. A backup that lacks only copies is kept. Without effect once the"
                + " backup has ended. Can be changed.")
        Boolean cancel,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "How long to wait for a free place of the connection and for the connection to be ready,"
                + " for example 30m or 2h. Past it: Failed. Default: 1d.")
        String queueDeadline,
    @Min(10)
        @Max(3599)
        @JsonPropertyDescription(
            "Seconds from the creation of the Job until its container must run. Past it: Failed with"
                + " the cause (ImagePull, Unschedulable, QuotaExceeded, ...). Default: 600.")
        Integer pendingDeadlineSeconds,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "How long the dump may take once it runs, for example 12h. Past it: Failed with reason"
                + " DeadlineExceeded. Default: no limit.")
        String activeDeadline,
    @Min(10)
        @Max(3599)
        @JsonPropertyDescription(
            "Seconds without a byte from pg_dump and without a working backend of ours, after which"
                + " the dump is stopped: Failed with reason Stalled. Default: 1800.")
        Integer stallTimeoutSeconds,
    @Min(0)
        @Max(10)
        @JsonPropertyDescription(
            "How often to try again after a failure that may pass by itself, such as a server or storage"
                + " that cannot be reached, or a lock that could not be had. What the attempt wrote is removed"
                + " first; the next one comes 30 seconds later, then after twice that, and so on up to 10"
                + " minutes. Default: 2.")
        Integer retries,
    @JsonPropertyDescription(
            "What the pods are like. What is not set here is taken from the connection's defaultPod, then"
                + " from the chart. Default: none.")
        PodSettings pod) {}
