package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * What to dump and nothing else. Names are psql patterns: {@code *}, {@code ?}, double quotes for
 * names with upper case letters or special characters.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record DumpInclude(
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Databases to dump, as psql patterns, for scope Server. Default: all.")
        List<@Pattern(Api.NAME_PATTERN) String> databases,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Schemas to dump with all they hold, as psql patterns such as sales or \"Odd*\". Default: all.")
        List<@Pattern(Api.NAME_PATTERN) String> schemas,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Tables, views, sequences and foreign tables to dump, as psql patterns such as sales.order*. Excludes include.schemas and exclude.schemas, which pg_dump would ignore: write sales.* instead. Default: all.")
        List<@Pattern(Api.NAME_PATTERN) String> tables,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription("Extensions to dump, as psql patterns. Default: all.")
        List<@Pattern(Api.NAME_PATTERN) String> extensions) {}
