package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Where SQL stands that is run around a dump or a load. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SqlSource(
    @Required
        @JsonPropertyDescription("Key of a ConfigMap that holds the SQL, at most 64 KiB of UTF-8.")
        ConfigMapKeyRef configMapRef) {

  /** The most SQL that is taken, in bytes. */
  public static final int MAX_BYTES = 64 << 10;
}
