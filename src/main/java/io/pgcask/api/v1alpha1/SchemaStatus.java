package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/** What is known of the schema of a connection's database. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record SchemaStatus(
    @JsonPropertyDescription(
            "How changes are followed now: Poll or Triggers. It is Poll where Triggers was asked for and"
                + " cannot be had; condition Watching says why.")
        WatchSchema mode,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Stands for all definitions, owners and rights in the schemas of schemaFilter; another"
                + " value means that one of them has changed.")
        String fingerprint,
    @JsonPropertyDescription(
            "When a change was last noticed. Absent until the first one after the connection was made.")
        Instant lastChangeTime,
    @JsonPropertyDescription(
            "How many tables there are in the schemas of schemaFilter, partitioned and foreign ones"
                + " included, partitions not.")
        Integer tables,
    @JsonPropertyDescription(
            "How many views there are in the schemas of schemaFilter, materialized ones included.")
        Integer views) {}
