package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
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
public record BackupScheduleSpec(
    @Required
        @Size(min = 1, max = 128)
        @Pattern(
            "^(@hourly|@daily|@weekly|@monthly|[0-9*,/-]+ [0-9*,/-]+ [0-9*,/-]+ [0-9A-Za-z*,/-]+"
                + " [0-9A-Za-z*,/-]+)$")
        @JsonPropertyDescription(
            "Cron expression of five fields (minute, hour, day of month, month, day of week), or"
                + " @hourly, @daily, @weekly, @monthly.")
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
    @Required @JsonPropertyDescription("The Backup that is created at every tick.")
        Template template) {

  /** What the created Backups look like. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Template(
      @JsonPropertyDescription("Labels and annotations of the created Backups.") Metadata metadata,
      @Required @JsonPropertyDescription("The spec of the created Backups.") BackupSpec spec) {}

  /** Labels and annotations. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Metadata(
      @Size(max = 64) @JsonPropertyDescription("Labels.") Map<String, String> labels,
      @Size(max = 64) @JsonPropertyDescription("Annotations.") Map<String, String> annotations) {}
}
