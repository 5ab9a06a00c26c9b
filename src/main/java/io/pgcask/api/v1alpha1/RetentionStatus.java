package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;

/** What retention keeps, has removed and will remove. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record RetentionStatus(
    @JsonPropertyDescription(
            "How many Backups of this schedule hold data, such as do not count included.")
        Integer retained,
    @JsonPropertyDescription(
            "How many Backups retention has removed, or has begun to remove, so far.")
        Long removed,
    @Size(max = 2048)
        @JsonPropertyDescription(
            "Why nothing that holds data is removed at present; absent unless that is so.")
        String paused,
    @JsonPropertyDescription(
            "How many Backups will be removed once the Backup of the next slot is completed; while suspended,"
                + " once it is not.")
        Integer nextRemovals,
    @Size(max = 50)
        @JsonPropertyDescription(
            "Backups that will be removed once the Backup of the next slot is Completed; the oldest 50 at most.")
        List<Removal> next) {

  /** One that will be removed. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Removal(
      @JsonPropertyDescription("Name of the Backup.") String backup,
      @JsonPropertyDescription("The slot it was created for, or when it was created.") Instant time,
      @Size(max = 256) @JsonPropertyDescription("Why it will be removed.") String why) {}
}
