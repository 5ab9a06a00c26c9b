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
import java.util.List;
import java.util.Map;

/**
 * Options of pg_restore. Each is what pg_restore calls it, but for skipExtensions,
 * createMissingRoles, sessionReplicationRole and the maps.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
@ValidationRule(
    value =
        "!has(self.singleTransaction) || !self.singleTransaction || !has(self.exitOnError) || self.exitOnError",
    message =
        "options.singleTransaction ends at the first error: leave out options.exitOnError, or set it to true")
@ValidationRule(
    value =
        "!has(self.roleMap) || self.roleMap.all(role, size(role) >= 1 && size(role) <= 63 && size(self.roleMap[role]) >= 1 && size(self.roleMap[role]) <= 63 && !(self.roleMap[role] in ['public', 'none']))",
    message =
        "options.roleMap maps roles to roles: names have 1 to 63 characters, and public and none are no roles")
@ValidationRule(
    value =
        "!has(self.extensionMap) || self.extensionMap.all(name, size(name) >= 1 && size(name) <= 63)",
    message = "names of extensions in options.extensionMap have 1 to 63 characters")
@ValidationRule(
    value =
        "!has(self.extensionMap) || !has(self.skipExtensions) || !self.skipExtensions.exists(name, name in self.extensionMap)",
    message = "name an extension in options.skipExtensions or in options.extensionMap, not in both")
@ValidationRule(
    value =
        "!has(self.singleTransaction) || !self.singleTransaction || !(has(self.roleMap) || has(self.extensionMap))",
    message =
        "options.roleMap and options.extensionMap work before and after pg_restore, in transactions of their own: leave out options.singleTransaction")
@ValidationRule(
    value =
        "!has(self.transactionSize) || ((!has(self.singleTransaction) || !self.singleTransaction) && (!has(self.exitOnError) || self.exitOnError))",
    message =
        "options.transactionSize is for several transactions and ends at the first error: leave out options.singleTransaction, and options.exitOnError or set it to true")
public record RestoreOptions(
    @JsonPropertyDescription(
            "Everything belongs to the role that restores (or to options.role), not to the original's owners,"
                + " which need not exist then; so does a database that is created. Default: false.")
        Boolean noOwner,
    @JsonPropertyDescription(
            "Leave out GRANT and REVOKE, those of the database included: the roles that they name need not"
                + " exist. Default: false.")
        Boolean noPrivileges,
    @JsonPropertyDescription("Leave out comments. Default: false.") Boolean noComments,
    @JsonPropertyDescription("Leave out publications. Default: false.") Boolean noPublications,
    @JsonPropertyDescription("Leave out subscriptions. Default: false.") Boolean noSubscriptions,
    @JsonPropertyDescription("Leave out security labels. Default: false.") Boolean noSecurityLabels,
    @JsonPropertyDescription(
            "Leave out tablespaces: everything lies in that of the database. Default: false.")
        Boolean noTablespaces,
    @JsonPropertyDescription(
            "Leave out access methods of tables: every table gets the server's default. Needs pg_restore 15 or"
                + " newer. Default: false.")
        Boolean noTableAccessMethod,
    @JsonPropertyDescription(
            "Disable triggers, and with them foreign keys, while rows are loaded. Only with content DataOnly;"
                + " needs a superuser. Default: false.")
        Boolean disableTriggers,
    @JsonPropertyDescription(
            "PostgreSQL's setting of this name in the sessions that load. replica: triggers do not fire and"
                + " foreign keys are not checked, unless they are for replicas, whatever content is restored."
                + " Also for format Plain. Needs a superuser, or since PostgreSQL 15 GRANT SET ON PARAMETER"
                + " session_replication_role. Default: the server's, mostly origin.")
        SessionReplicationRole sessionReplicationRole,
    @JsonPropertyDescription(
            "Load rows under row security, in place of an error for roles to which it applies. Only for dumps"
                + " with INSERT commands (options.inserts of the Backup). Default: false.")
        Boolean enableRowSecurity,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "Role to become (SET ROLE) before restoring; the user of the connection must be a member. A database"
                + " that is created belongs to it while it is filled. Default: none.")
        String role,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Extensions to leave out, by their exact names, with their comments. What needs one of them is"
                + " refused unless the target has it. Default: none.")
        List<@Pattern("^[^\\r\\n]{1,63}$") String> skipExtensions,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Extensions to create in another schema or version than the backup's, or to leave out, by their"
                + " exact names. They are created before everything else. Not with mode Clean. Default: none.")
        Map<String, ExtensionChoice> extensionMap,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Roles of the backup, each with the role of the target that takes its place as owner, in GRANT and"
                + " REVOKE, in default privileges, policies and user mappings, and among the properties of a"
                + " database that is created. A role that is not named here keeps its name. noOwner and"
                + " noPrivileges win. Owners, rights and policies are then set after the load, in one"
                + " transaction. Not with mode Clean. Default: none.")
        Map<String, String> roleMap,
    @JsonPropertyDescription(
            "Create roles that own or are granted something in the restored part and that the server does"
                + " not have, without login and password, before anything is written. The role that"
                + " restores becomes a member of those that own something, unless it is a superuser."
                + " Roles that exist are not altered, and those that were created stay if the restore"
                + " fails. Needs CREATEROLE. Default: false.")
        Boolean createMissingRoles,
    @JsonPropertyDescription(
            "Stop at the first error, in place of going on so that all errors are known. The restore fails"
                + " either way. Default: false.")
        Boolean exitOnError,
    @JsonPropertyDescription(
            "Restore in one transaction: after an error, nothing is in the database. Takes a lock for every"
                + " object at once (max_locks_per_transaction). Default: false.")
        Boolean singleTransaction,
    @Min(1)
        @Max(1000000)
        @JsonPropertyDescription(
            "Restore in transactions of so many objects each, which takes fewer locks at once than"
                + " singleTransaction and is faster than one for each: it stops at the first error, and what"
                + " was committed stays. Needs pg_restore 17 or newer. Default: every object for itself.")
        Integer transactionSize) {}
