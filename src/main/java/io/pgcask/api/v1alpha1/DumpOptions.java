package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;

/** Options of pg_dump. Each is what pg_dump calls it; see its manual page. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
@ValidationRule(
    value = "!has(self.ifExists) || !self.ifExists || (has(self.clean) && self.clean)",
    message = "options.ifExists needs options.clean")
@ValidationRule(
    value =
        "!has(self.onConflictDoNothing) || !self.onConflictDoNothing || ((has(self.inserts) && self.inserts) || (has(self.columnInserts) && self.columnInserts) || has(self.rowsPerInsert))",
    message =
        "options.onConflictDoNothing needs options.inserts, options.columnInserts or options.rowsPerInsert")
@ValidationRule(
    value =
        "!has(self.enableRowSecurity) || !self.enableRowSecurity || ((has(self.inserts) && self.inserts) || (has(self.columnInserts) && self.columnInserts) || has(self.rowsPerInsert))",
    message =
        "options.enableRowSecurity needs options.inserts, options.columnInserts or options.rowsPerInsert: rows written for COPY cannot be restored into tables with row security")
public record DumpOptions(
    @JsonPropertyDescription("Leave out GRANT and REVOKE. Default: false.") Boolean noPrivileges,
    @JsonPropertyDescription("Leave out comments. Default: false.") Boolean noComments,
    @JsonPropertyDescription("Leave out publications. Default: false.") Boolean noPublications,
    @JsonPropertyDescription("Leave out subscriptions. Default: false.") Boolean noSubscriptions,
    @JsonPropertyDescription("Leave out security labels. Default: false.") Boolean noSecurityLabels,
    @JsonPropertyDescription("Leave out the compression methods of columns. Default: false.")
        Boolean noToastCompression,
    @JsonPropertyDescription("Leave out the rows of unlogged tables. Default: false.")
        Boolean noUnloggedTableData,
    @JsonPropertyDescription(
            "Leave out row security policies. Needs pg_dump 18 or newer. Default: false.")
        Boolean noPolicies,
    @JsonPropertyDescription(
            "Include the planner's statistics. Needs pg_dump 18 or newer. Default: false.")
        Boolean statistics,
    @JsonPropertyDescription(
            "Write rows as INSERT commands, which other database systems may read. Slow to restore. Default: false.")
        Boolean inserts,
    @JsonPropertyDescription("As inserts, with the names of columns. Default: false.")
        Boolean columnInserts,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription("Rows of one INSERT command; implies inserts. Default: 1.")
        Integer rowsPerInsert,
    @JsonPropertyDescription(
            "Add ON CONFLICT DO NOTHING to INSERT commands. Needs inserts, columnInserts or rowsPerInsert. Default: false.")
        Boolean onConflictDoNothing,
    @JsonPropertyDescription(
            "Quote every identifier: for servers of another major version, whose key words differ. Default: false.")
        Boolean quoteAllIdentifiers,
    @JsonPropertyDescription(
            "Dump only the rows that row security shows to the role, in place of an error. The dump is partial: allowPartial must name RowSecurity. Needs inserts, columnInserts or rowsPerInsert, since COPY cannot restore into tables with row security. Default: false.")
        Boolean enableRowSecurity,
    @Size(min = 1, max = 32)
        @Pattern("^[A-Za-z0-9_-]+$")
        @JsonPropertyDescription(
            "Character encoding of the dump, for example UTF8. Default: the database's.")
        String encoding,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "Role to become (SET ROLE) before dumping, where the user of the connection has few rights of its own. Default: none.")
        String role,
    @Min(1)
        @Max(3599)
        @JsonPropertyDescription(
            "Seconds to wait for the lock of a table; past it: Failed with reason LockTimeout. Default: 60.")
        Integer lockWaitTimeoutSeconds,
    @JsonPropertyDescription(
            "Wait for a moment at which the snapshot is as if no other transaction ran, so that the dump agrees with serializable transactions. May wait for long on a busy server; not possible on a standby. Default: false.")
        Boolean serializableDeferrable,
    @JsonPropertyDescription(
            "Load rows of partitions through the partitioned table, so that they may end in other partitions: for hash keys whose hashes differ. Default: false.")
        Boolean loadViaPartitionRoot,
    @Min(-15)
        @Max(3)
        @JsonPropertyDescription(
            "Digits of floating-point values. Only for special needs: lower values lose precision. Default: the server's highest precision.")
        Integer extraFloatDigits,
    @JsonPropertyDescription(
            "Refuse patterns of include and exclude that match nothing. Default: true.")
        Boolean strictNames,
    @JsonPropertyDescription(
            "Leave out ownership. Only with format Plain: for other formats it is set on the Restore. Default: false.")
        Boolean noOwner,
    @JsonPropertyDescription(
            "Leave out tablespaces. Only with format Plain: for other formats it is set on the Restore. Default: false.")
        Boolean noTablespaces,
    @JsonPropertyDescription(
            "Leave out access methods of tables. Only with format Plain: for other formats it is set on the Restore. Default: false.")
        Boolean noTableAccessMethod,
    @JsonPropertyDescription(
            "Drop objects before they are made. Only with format Plain: for other formats it is set on the Restore. Default: false.")
        Boolean clean,
    @JsonPropertyDescription("Drop with IF EXISTS. Needs clean. Default: false.") Boolean ifExists,
    @JsonPropertyDescription(
            "Disable triggers while rows are loaded. Only with format Plain and content DataOnly. Default: false.")
        Boolean disableTriggers) {}
