package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;

/** What lies in storage under a connection's name and belongs to no Backup. Nothing removes it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UnclaimedData(
    @JsonPropertyDescription("When storage was last looked through.") Instant time,
    @JsonPropertyDescription(
            "How many complete backups belong to no Backup, such as those of deleted ones with"
                + " deletionPolicy Retain. Each can have its record again by spec.imported.")
        Integer backups,
    @JsonPropertyDescription(
            "How many directories belong to no Backup and hold no manifest: no backup can be restored from"
                + " them.")
        Integer leftovers,
    @JsonPropertyDescription("Bytes of all of them.") Long sizeBytes,
    @JsonPropertyDescription("sizeBytes for people, for example 1.2 GiB.") String size,
    @Size(max = 20)
        @JsonPropertyDescription("The first 20, those with a manifest before the others.")
        List<Found> found,
    @Size(max = 2048) @JsonPropertyDescription("The same as a sentence, with what can be done.")
        String message) {

  /** One directory. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Found(
      @JsonPropertyDescription("The storage: s3://bucket/prefix or pvc://claim/path.")
          String storage,
      @JsonPropertyDescription(
              "The directory, relative to the storage, as spec.imported.path of a Backup takes it.")
          String path,
      @JsonPropertyDescription("Whether it is a backup: it has a manifest.") Boolean complete,
      @JsonPropertyDescription("Bytes of all its objects.") Long sizeBytes,
      @JsonPropertyDescription("When the newest of its objects was written.")
          Instant lastModified) {}
}
