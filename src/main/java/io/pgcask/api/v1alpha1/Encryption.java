package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** How a backup is encrypted before it leaves the runner. Holds public keys only. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Encryption(
    @Required
        @JsonPropertyDescription(
            "Encryption in the format of age (https://age-encryption.org/v1), which `age -d` opens.")
        Age age) {

  /** A recipient of age's type X25519. */
  private static final String RECIPIENT = "^age1[02-9ac-hj-np-z]{58}$";

  /** For whom; each recipient alone can decrypt. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.recipients) || has(self.recipientsSecretRef)",
      message =
          "set recipients or recipientsSecretRef, or both: without a recipient nobody could decrypt"
              + " the backup")
  public record Age(
      @Size(min = 1, max = 16)
          @JsonPropertyDescription(
              "Public keys (age1..., as `age-keygen` prints them). Whoever has the secret key of any"
                  + " one of them can decrypt the backup, and nobody else can. Used together with"
                  + " those of recipientsSecretRef, 16 at most in all.")
          List<@Pattern(RECIPIENT) String> recipients,
      @JsonPropertyDescription(
              "Secret with further recipients, one per line; blank lines and lines that begin with #"
                  + " are skipped. For recipients that are kept in one place for many backups: it is"
                  + " read when the backup runs.")
          SecretKeyRef recipientsSecretRef) {}
}
