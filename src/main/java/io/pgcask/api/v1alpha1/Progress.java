package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;

/** How far a running Backup or Restore is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Progress(
    @JsonPropertyDescription(
            "Backup: bytes that pg_dump has written. Restore: bytes read from storage.")
        Long bytesRead,
    @JsonPropertyDescription(
            "Backup: bytes that storage has acknowledged. Restore: bytes handed to pg_restore or psql.")
        Long bytesStored,
    @JsonPropertyDescription(
            "Backup: how many bytes pg_dump will have written in the end, an estimate: from the newest"
                + " Completed Backup of the same kind, else from the sizes of the tables. Absent if"
                + " there is nothing to estimate from, and once it has ended.")
        Long estimatedBytes,
    @Min(0)
        @Max(100)
        @JsonPropertyDescription(
            "Backup: bytesRead in percent of estimatedBytes. Never falls during an attempt, and is 100"
                + " only once the Backup is Completed.")
        Integer percent,
    @JsonPropertyDescription("Mean rate since the start, in bytes per second. Absent in the end.")
        Long bytesPerSecond,
    @Size(max = 256)
        @JsonPropertyDescription(
            "Backup: the table whose rows pg_dump reads now, as schema.table. Absent in the end, and"
                + " while the server does not tell.")
        String currentObject,
    @JsonPropertyDescription(
            "Backup: what it waited for during more than half of the last seconds: Database,"
                + " Compression (pg_dump's own work) or Storage. Absent in the end, and while nothing"
                + " stands out.")
        Bottleneck bottleneck) {

  /** What remains of it once the run has ended: how much was moved, and the percentage. */
  public Progress atEnd() {
    return new Progress(bytesRead, bytesStored, null, percent, null, null, null);
  }
}
