package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A reference to an object in the namespace of the resource that holds the reference. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LocalObjectRef(
    @Required
        @Size(min = 1, max = 253)
        @Pattern(Api.OBJECT_NAME)
        @JsonPropertyDescription("Name of the object. It is looked up in the same namespace.")
        String name) {}
