package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * What was found in storage that belongs to no Backup.
 *
 * @param backups how many directories with a manifest
 * @param leftovers how many without
 * @param sizeBytes of all of them
 * @param more whether a bound was reached, so that there may be more
 * @param found some of them, those with a manifest first
 * @param failures why a storage could not be looked into, a sentence each
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Swept(
    int backups,
    int leftovers,
    long sizeBytes,
    boolean more,
    List<Found> found,
    List<String> failures) {

  /** As many as a status shows. */
  public static final int MAX_FOUND = 20;

  /**
   * One directory.
   *
   * @param storage number of the task's storage, from 0
   * @param name of the directory itself
   * @param complete whether there is a manifest in it
   * @param lastModified when the newest of its objects was written, by the storage's clock
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Found(
      int storage, String name, boolean complete, long sizeBytes, Instant lastModified) {}

  /** The same without the last of what was found; for messages that are too long. */
  public Swept withoutLast() {
    var fewer = found.subList(0, found.size() - 1);
    return new Swept(backups, leftovers, sizeBytes, more, fewer, failures);
  }
}
