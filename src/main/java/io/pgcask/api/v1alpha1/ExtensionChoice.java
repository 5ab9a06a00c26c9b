package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What becomes of one extension of a backup. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "(has(self.skip) && self.skip) ? !(has(self.schema) || has(self.version)) : (has(self.schema) || has(self.version))",
    message = "set skip: true, or schema, version or both")
public record ExtensionChoice(
    @JsonPropertyDescription(
            "true leaves the extension out, as options.skipExtensions does. Excludes schema and version."
                + " Default: false.")
        Boolean skip,
    @Size(min = 1, max = 63)
        @Pattern("^[^\\r\\n]{1,63}$")
        @JsonPropertyDescription(
            "The schema to create the extension in; it is created if it is not there. Refused where the"
                + " backup names the extension by its old schema. Default: the one of the backup.")
        String schema,
    @Size(min = 1, max = 63)
        @Pattern("^[^\\r\\n]{1,63}$")
        @JsonPropertyDescription(
            "The version to create, which the target's server must offer. Default: the server's default.")
        String version) {

  /** Whether the extension stays out. */
  public boolean skipped() {
    return Boolean.TRUE.equals(skip);
  }
}
