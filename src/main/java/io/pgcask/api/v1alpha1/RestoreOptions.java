package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/** Options of pg_restore. Each is what pg_restore calls it, but for skipExtensions. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
@ValidationRule(
    value =
        "!has(self.singleTransaction) || !self.singleTransaction || !has(self.exitOnError) || self.exitOnError",
    message =
        "options.singleTransaction ends at the first error: leave out options.exitOnError, or set it to true")
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
    @JsonPropertyDescription(
            "Stop at the first error, in place of going on so that all errors are known. The restore fails"
                + " either way. Default: false.")
        Boolean exitOnError,
    @JsonPropertyDescription(
            "Restore in one transaction: after an error, nothing is in the database. Takes a lock for every"
                + " object at once (max_locks_per_transaction). Default: false.")
        Boolean singleTransaction) {}
