package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;

/** How a backup is verified once it is written. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Verification(
    @JsonPropertyDescription(
            "Hash: every object is read back from storage, and its size and SHA-256 are compared with what"
                + " was written. Parse: as Hash, and every dump is read by pg_restore from its first to its"
                + " last byte (Plain: decompressed, and pg_dump's closing line must be there). Restore: as Hash, and"
                + " then a Job restores every database into a PostgreSQL of the same major version that"
                + " lives as long as its pod, and compares the number of rows of each table with those"
                + " counted in the snapshot of the dump; the Backup is Completed only after that. Default:"
                + " Hash.")
        VerificationLevel level,
    @JsonPropertyDescription(
            "Secret with an age identity, one per line, for levels Parse and Restore of an encrypted backup."
                + " Without it such a verification is Inconclusive. Default: none.")
        SecretKeyRef identitySecretRef,
    @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Image of the PostgreSQL server of level Restore: one with initdb and postgres in its PATH, and"
                + " with the extensions that the database uses. Whoever names one must be allowed to create"
                + " pods. Default: the chart's runner.verification.image, with the major version of the"
                + " backup's server.")
        String image) {

  /** How far, of one that may be absent in whole or in part. */
  public static VerificationLevel levelOf(Verification verification) {
    return verification == null || verification.level() == null
        ? VerificationLevel.HASH
        : verification.level();
  }
}
