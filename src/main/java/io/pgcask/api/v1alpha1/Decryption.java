package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** With what an encrypted backup is read. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Decryption(
    @Required
        @JsonPropertyDescription(
            "Secret with an age identity file: secret keys (AGE-SECRET-KEY-1..., as `age-keygen`"
                + " writes them), one per line; blank lines and lines that begin with # are skipped."
                + " One of them must belong to a recipient of the backup.")
        SecretKeyRef ageIdentitySecretRef) {}
