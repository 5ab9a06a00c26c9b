package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/** What is known of changes of the rows of a connection's database. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record RealtimeStatus(
    @JsonPropertyDescription(
            "How changes are followed now: Statistics or Triggers. It is Statistics while nobody listens,"
                + " and where Triggers cannot be had; condition Watching says why.")
        Realtime mode,
    @JsonPropertyDescription(
            "When a change of rows in the schemas of schemaFilter was last noticed. Written with another"
                + " change of the status or every 5 minutes, not for every change.")
        Instant lastChangeTime) {}
