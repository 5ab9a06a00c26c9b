package io.pgcask.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Times as Kubernetes writes them, in whole seconds. */
public final class Times {

  private Times() {}

  /** When the API server created it, by its own clock, to the second. */
  public static Instant created(HasMetadata resource) {
    return Instant.parse(resource.getMetadata().getCreationTimestamp());
  }

  /**
   * How long it takes until then, to the millisecond and never too short, by a clock that tells
   * whole seconds: what has passed of the current one is asked of the machine's own. Not positive
   * if the time has come.
   */
  public static Duration until(Instant time, Clock wholeSeconds) {
    Instant machine;
    Instant told;
    do {
      machine = Instant.now();
      told = wholeSeconds.instant();
    } while (Instant.now().getEpochSecond() != machine.getEpochSecond());
    return Duration.between(told, time).minusNanos(machine.getNano()).plusMillis(1);
  }
}
