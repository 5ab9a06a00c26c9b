package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;

/** What the last probe found. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record PostgresConnectionStatus(
    @JsonPropertyDescription("The metadata.generation that this status was computed from.")
        Long observedGeneration,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Ready, Reconciling, Stalled, DatabaseExists, DumpReady and Watching.")
        List<Condition> conditions,
    @JsonPropertyDescription("The host that is connected to.") String host,
    @JsonPropertyDescription("The port that is connected to.") Integer port,
    @JsonPropertyDescription("The database that is connected to.") String database,
    @JsonPropertyDescription("The version that the server reports, for example 17.6.")
        String serverVersion,
    @JsonPropertyDescription("Whether the server is a standby.") Boolean inRecovery,
    @JsonPropertyDescription("Whether the probe's connection was encrypted.") Boolean tlsInUse,
    @JsonPropertyDescription("Size of the database in bytes, as pg_database_size reports it.")
        Long databaseSizeBytes,
    @Size(max = 100)
        @JsonPropertyDescription(
            "The databases of the server that the role may connect to, by name, without templates and without"
                + " what providers keep for themselves; the first 100.")
        List<String> databases,
    @JsonPropertyDescription("How many such databases there are.") Integer databaseCount,
    @JsonPropertyDescription(
            "How long the server took to answer a question, in milliseconds. Written with another change or"
                + " every 5 minutes, not at every probe.")
        Long latencyMillis,
    @Size(max = 16)
        @JsonPropertyDescription(
            "What a person should know about dumps of the database, one entry for each reason. Looked for"
                + " every 10 minutes, and sooner after a change of the connection or while DumpReady is False.")
        List<ConnectionFinding> findings,
    @Size(max = 50)
        @JsonPropertyDescription(
            "SQL that a superuser runs in the database to make DumpReady True, a statement each; the first"
                + " 50, or fewer where names are very long.")
        List<String> grants,
    @JsonPropertyDescription("How many such statements there are.") Integer grantCount,
    @JsonPropertyDescription("The schema of the database; absent where watchSchema is Off.")
        SchemaStatus schema,
    @JsonPropertyDescription("Changes of rows; absent where realtime is Off.")
        RealtimeStatus realtime,
    @JsonPropertyDescription(
            "When the server was last probed. Written with another change or every 5 minutes, not at"
                + " every probe.")
        Instant lastProbeTime,
    @JsonPropertyDescription(
            "What lies in storage under this connection's name and belongs to no Backup. Looked for once"
                + " a day, and when annotation pgcask.io/sweep asks for it.")
        UnclaimedData unclaimed,
    @JsonPropertyDescription("Which commands by annotation were carried out.")
        ConnectionLastHandled lastHandled) {}
