package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;

/** What a database that is created has otherwise than the original. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
@ValidationRule(
    value =
        "has(self.owner) || has(self.encoding) || has(self.localeProvider) || has(self.locale) || has(self.tablespace)",
    message = "set at least one of owner, encoding, localeProvider, locale and tablespace")
@ValidationRule(
    value = "!has(self.localeProvider) || has(self.locale)",
    message = "localeProvider needs a locale: each provider has names of its own for them")
public record CreateDatabase(
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The role that the database belongs to. Default: the original's owner.")
        String owner,
    @Pattern("^[A-Za-z0-9_-]{1,63}$")
        @JsonPropertyDescription(
            "The encoding, such as UTF8. What it cannot hold fails while rows are restored. Default: the"
                + " original's.")
        String encoding,
    @JsonPropertyDescription(
            "libc, icu (servers from 15 on) or builtin (from 17 on). Default: the original's, or libc where"
                + " the target does not know it.")
        LocaleProvider localeProvider,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "The locale, by the provider's name for it: C.UTF-8 of libc, de-DE of icu. Texts may sort in"
                + " another order than in the original. Default: the original's.")
        String locale,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The tablespace that the database lies in; it must be there. Default: the server's default.")
        String tablespace) {}
