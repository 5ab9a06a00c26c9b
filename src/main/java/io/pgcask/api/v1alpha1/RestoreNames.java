package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * What to restore, or what not to. Names are psql patterns: {@code *}, {@code ?}, double quotes for
 * names with upper case letters or special characters; without a schema they fit in every schema.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
@ValidationRule(
    value =
        "has(self.schemas) || has(self.tables) || has(self.functions) || has(self.indexes) || has(self.triggers)",
    message = "name at least one of schemas, tables, functions, indexes and triggers")
public record RestoreNames(
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Schemas with all they hold, as psql patterns such as sales or \"Odd*\". Default: none.")
        List<@Pattern(Api.NAME_PATTERN) String> schemas,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Tables, views, sequences and foreign tables, as psql patterns such as sales.order*, each with what"
                + " belongs to it: rows, sequences, defaults, constraints, indexes, triggers, policies, comments"
                + " and rights. Default: none.")
        List<@Pattern(Api.NAME_PATTERN) String> tables,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Functions, procedures and aggregates, as psql patterns; with the types of the arguments behind it,"
                + " as pg_restore --list shows them, exactly that one: twice(integer). Default: none.")
        List<@Pattern(Api.NAME_PATTERN) String> functions,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Indexes, also those of primary keys, unique and exclusion constraints, as psql patterns. Default:"
                + " none.")
        List<@Pattern(Api.NAME_PATTERN) String> indexes,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Triggers, as psql patterns; a schema before the name is that of the table. Default: none.")
        List<@Pattern(Api.NAME_PATTERN) String> triggers) {}
