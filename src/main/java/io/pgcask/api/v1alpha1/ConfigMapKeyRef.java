package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One key of a ConfigMap in the same namespace. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConfigMapKeyRef(
    @Required
        @Size(min = 1, max = 253)
        @Pattern(Api.OBJECT_NAME)
        @JsonPropertyDescription("Name of the ConfigMap, in the same namespace.")
        String name,
    @Required
        @Size(min = 1, max = 253)
        @Pattern("^[-._a-zA-Z0-9]+$")
        @JsonPropertyDescription("Key inside the ConfigMap.")
        String key) {}
