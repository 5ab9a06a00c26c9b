package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A backup by its place in storage. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!self.path.startsWith('/') && !self.path.split('/').exists(p, p in ['', '.', '..'])",
    message = "path must be relative and must not contain empty parts, . or ..")
public record Location(
    @Required @JsonPropertyDescription("The bucket or volume.") Storage storage,
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "Directory of the backup (it holds manifest.json), relative to the storage, that is to"
                + " its bucket and prefix or to its volume and path.")
        String path) {}
