package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How far a running Backup or Restore is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Progress(
    @JsonPropertyDescription(
            "Backup: bytes that pg_dump has written. Restore: bytes read from storage.")
        Long bytesRead,
    @JsonPropertyDescription(
            "Backup: bytes that storage has acknowledged. Restore: bytes handed to pg_restore or psql.")
        Long bytesStored,
    @JsonPropertyDescription("Mean rate since the start, in bytes per second.")
        Long bytesPerSecond) {}
