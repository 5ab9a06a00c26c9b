package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * Which schemas of a database are shown and watched. It never limits a dump. Those of the server
 * itself and schema {@code pgcask} are never among them.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.include) != has(self.exclude)",
    message = "set exactly one of include and exclude")
public record SchemaFilter(
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Exact names of the schemas to show and watch. Exclusive with exclude.")
        List<@Size(min = 1, max = 63) String> include,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "Exact names of the schemas to leave out; all others are shown and watched. Exclusive"
                + " with include.")
        List<@Size(min = 1, max = 63) String> exclude) {

  /** Every schema that is not the server's own. */
  public static final SchemaFilter ALL = new SchemaFilter(null, null);
}
