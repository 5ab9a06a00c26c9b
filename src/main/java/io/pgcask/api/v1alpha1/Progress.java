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
            "Backup: bytesRead in percent of estimatedBytes. Restore: the mean of two shares, that of the"
                + " dump's bytes which were read, and that of the entries which were restored; the first"
                + " alone where entries is absent. Never falls during an attempt, and is 100 only once"
                + " the Backup or Restore is Completed.")
        Integer percent,
    @JsonPropertyDescription("Mean rate since the start, in bytes per second. Absent in the end.")
        Long bytesPerSecond,
    @Size(max = 256)
        @JsonPropertyDescription(
            "Backup: the table whose rows pg_dump reads now, as schema.table. Restore: kind and name of"
                + " the entry that pg_restore works on, for example INDEX shop.orders_pkey; of several the"
                + " one that was begun first. Absent in the end, and while it is not known.")
        String currentObject,
    @JsonPropertyDescription(
            "Backup: what it waited for during more than half of the last seconds: Database,"
                + " Compression (pg_dump's own work) or Storage. Restore: Database or Storage, by a look at"
                + " what the server does and how busy pg_restore is. Absent in the end, and while nothing"
                + " stands out.")
        Bottleneck bottleneck,
    @JsonPropertyDescription(
            "Restore: how many of the entries pg_restore has done. Absent for format Plain, and where a"
                + " name in the backup has a line break.")
        Integer entriesDone,
    @JsonPropertyDescription(
            "Restore: how many entries of the backup are to be restored: tables, their rows, indexes and"
                + " so on. Absent where entriesDone is.")
        Integer entries) {

  /** What remains of it once the run has ended: how much was done, and the percentage. */
  public Progress atEnd() {
    return new Progress(
        bytesRead, bytesStored, null, percent, null, null, null, entriesDone, entries);
  }
}
