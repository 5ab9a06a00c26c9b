package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** Which commands by annotation were carried out: the value of each, as it was given. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LastHandled(
    @Size(max = 253)
        @JsonPropertyDescription("The value of annotation pgcask.io/verify that was answered last.")
        String verify) {}
