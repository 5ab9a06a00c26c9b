package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How a backup is verified once it is written. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Verification(
    @JsonPropertyDescription(
            "Hash: every object is read back from storage, and its size and SHA-256 are compared with what"
                + " was written. Parse: as Hash, and every dump is read by pg_restore from its first to its"
                + " last byte (Plain: decompressed, and pg_dump's closing line must be there). Default:"
                + " Hash.")
        VerificationLevel level,
    @JsonPropertyDescription(
            "Secret with an age identity, one per line, for level Parse of an encrypted backup. Without it such"
                + " a verification is Inconclusive. Default: none.")
        SecretKeyRef identitySecretRef) {}
