package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/** What not to dump; wins over include. Names are psql patterns. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record DumpExclude(
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Databases to leave out, as psql patterns, for scope Server. Default: none.")
        List<@Pattern(Api.NAME_PATTERN) String> databases,
    @Size(min = 1, max = 256) @JsonPropertyDescription("Schemas to leave out, as psql patterns.")
        List<@Pattern(Api.NAME_PATTERN) String> schemas,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Tables, views, sequences and foreign tables to leave out, as psql patterns such as audit.*.")
        List<@Pattern(Api.NAME_PATTERN) String> tables,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription("Tables of which only the definition is dumped, as psql patterns.")
        List<@Pattern(Api.NAME_PATTERN) String> tableData,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Extensions to leave out, as psql patterns. Needs pg_dump 17 or newer.")
        List<@Pattern(Api.NAME_PATTERN) String> extensions) {}
