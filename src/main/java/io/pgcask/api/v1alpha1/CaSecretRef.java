package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A certificate bundle in a Secret in the same namespace. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CaSecretRef(
    @Required
        @Size(min = 1, max = 253)
        @Pattern(Api.OBJECT_NAME)
        @JsonPropertyDescription("Name of the Secret, in the same namespace.")
        String name,
    @Size(min = 1, max = 253)
        @Pattern("^[-._a-zA-Z0-9]+$")
        @JsonPropertyDescription(
            "Key inside the Secret that holds the PEM certificates. Default: ca.crt.")
        String key) {

  /** The key to read, with its default. */
  public String keyOrDefault() {
    return key == null ? "ca.crt" : key;
  }
}
