package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;

/** When to back up, and what. Every field can be changed at any time. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.timeZone) || timestamp('2020-01-01T00:00:00Z').getHours(self.timeZone) >= 0",
    message = "timeZone must be a name of the IANA time zone database such as Europe/Berlin")
@ValidationRule(
    value = "!has(self.template.spec.imported)",
    message = "a schedule makes backups and imports none: create a Backup with imported instead")
@ValidationRule(
    value = "!has(self.maxSkip) || (has(self.skipIfUnchanged) && self.skipIfUnchanged)",
    message = "maxSkip needs skipIfUnchanged: true")
@ValidationRule(
    value = "!has(self.retention) || !has(self.template.spec.expiresAfter)",
    message =
        "retention and template.spec.expiresAfter both remove data, and expiresAfter knows no minKeep: write retention.maxAge instead")
@ValidationRule(
    value =
        "!(has(self.skipIfUnchanged) && self.skipIfUnchanged) || !has(self.template.spec.scope) || self.template.spec.scope != 'Server'",
    message =
        "skipIfUnchanged looks at one database: make a schedule per database instead of scope Server")
@RecordBuilder
public record BackupScheduleSpec(
    @Required
        @Size(min = 1, max = 128)
        @Pattern(Api.CRON)
        @JsonPropertyDescription(
            "Cron expression of five fields with one blank between them (minute, hour, day of month, month,"
                + " day of week), or @hourly, @daily, @weekly, @monthly.")
        String schedule,
    @Size(min = 1, max = 64)
        @Pattern("^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")
        @JsonPropertyDescription(
            "IANA time zone that the schedule is read in, for example Europe/Berlin. Default: UTC.")
        String timeZone,
    @Default("false")
        @JsonPropertyDescription(
            "true starts no further Backups; those that run go on. Default: false.")
        Boolean suspend,
    @Default("false")
        @JsonPropertyDescription(
            "true creates a first Backup as soon as the schedule is created, and does not wait for the first"
                + " slot. Changing it later creates none. Default: false.")
        Boolean immediate,
    @Default("Forbid")
        @JsonPropertyDescription(
            "What happens if a slot comes while an earlier Backup of this schedule has not ended. Forbid: the"
                + " slot is skipped and counted in status.skippedRuns. Allow: both run. Replace: the earlier"
                + " one is cancelled, and the new one is created once it has ended. Default: Forbid.")
        ConcurrencyPolicy concurrencyPolicy,
    @Min(10)
        @Max(3599)
        @JsonPropertyDescription(
            "How many seconds after its slot (and jitter) a Backup may still be created, for example because"
                + " the operator was away. A slot past it is missed and counted in status.missedRuns. Default: no limit;"
                + " the newest slot that was missed is caught up once.")
        Integer startingDeadlineSeconds,
    @Min(0)
        @Max(3599)
        @JsonPropertyDescription(
            "Spreads schedules that share a slot: each is late by a number of seconds from 0 to this one. The"
                + " number is made of the schedule's UID, so it is always the same for one schedule. Default:"
                + " 0.")
        Integer jitterSeconds,
    @Default("false")
        @JsonPropertyDescription(
            "true skips a slot if nothing that the dump would hold has changed since the newest good"
                + " Backup of this schedule and of this template. What cannot be known (a standby, a"
                + " subscription, statistics that were reset) counts as a change. Default: false.")
        Boolean skipIfUnchanged,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "With skipIfUnchanged: a slot is not skipped if the newest good Backup would be older than this"
                + " before the next slot, a whole number and one of m, h, d, w, for example 7d. Default:"
                + " 24h.")
        String maxSkip,
    @JsonPropertyDescription(
            "Which Backups of this schedule are removed, with their data. Default: none is.")
        Retention retention,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "The recovery point objective: condition Healthy is False if the newest good Backup is older than"
                + " this, also if there has never been one. A whole number and one of m, h, d, w, for example 26h."
                + " Default: none; Healthy then tells of failures only.")
        String maxAgeOfLastSuccess,
    @JsonPropertyDescription(
            "Backups of this schedule are read again on a schedule of its own. Default: never.")
        ScheduledVerification verification,
    @Default("false")
        @JsonPropertyDescription(
            "true makes the schedule the owner of the Backups that it creates: Kubernetes deletes them with"
                + " it, and their deletionPolicy says what becomes of the data. false: they stay. Changing it"
                + " is for later Backups. Default: false.")
        Boolean ownBackups,
    @Size(max = 8)
        @JsonPropertyDescription("Who is told what happens to the Backups. Default: nobody.")
        List<Notification> notifications,
    @Required @JsonPropertyDescription("The Backup that is created at every slot.")
        Template template) {

  /** What the created Backups look like. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Template(
      @JsonPropertyDescription(
              "Labels and annotations of the created Backups. Those of pgcask.io/ are left out.")
          Metadata metadata,
      @Required @JsonPropertyDescription("The spec of the created Backups.") BackupSpec spec) {}

  /** Labels and annotations. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Metadata(
      @Size(max = 64) @JsonPropertyDescription("Labels.") Map<String, String> labels,
      @Size(max = 64) @JsonPropertyDescription("Annotations.") Map<String, String> annotations) {}
}
