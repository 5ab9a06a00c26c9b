package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import java.time.Instant;
import java.util.Optional;

/**
 * An attempt that has ended and may not stand in the status yet.
 *
 * @param id of the event
 * @param number of the attempt, from 1
 */
record Ended(String id, SecretKeyRef urlSecretRef, int number, Instant time, Attempt attempt) {

  /** Whether it was an attempt to deliver this, and its end is not in the status yet. */
  boolean isNewsOf(PendingDelivery pending) {
    return isOf(pending) && attempts(pending) < number;
  }

  /** Whether it was an attempt to deliver this. */
  boolean isOf(PendingDelivery pending) {
    return pending.id().equals(id) && pending.urlSecretRef().equals(urlSecretRef);
  }

  static int attempts(PendingDelivery pending) {
    return Optional.ofNullable(pending.attempts()).orElse(0);
  }
}
