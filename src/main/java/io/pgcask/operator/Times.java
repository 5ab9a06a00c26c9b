package io.pgcask.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;

/** Times that resources have in their metadata. */
public final class Times {

  private Times() {}

  /** When the API server created it, by its own clock, to the second. */
  public static Instant created(HasMetadata resource) {
    return Instant.parse(resource.getMetadata().getCreationTimestamp());
  }
}
