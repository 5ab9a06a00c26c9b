package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;

/** When Backups of a schedule are read again, and how. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record ScheduledVerification(
    @Required
        @Size(min = 1, max = 128)
        @Pattern(Api.CRON)
        @JsonPropertyDescription(
            "Cron expression of five fields, or @hourly, @daily, @weekly, @monthly, in the time zone of the"
                + " schedule.")
        String schedule,
    @JsonPropertyDescription(
            "Hash, Parse or Restore, as in a Backup's verification. Default: Hash.")
        VerificationLevel level,
    @JsonPropertyDescription(
            "Newest: the newest Completed Backup. All: every Completed one that is kept, one after the other,"
                + " the one first whose last verification is longest ago. Default: Newest.")
        VerificationSample sample) {}
