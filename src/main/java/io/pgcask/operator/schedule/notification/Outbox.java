package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.NotificationState;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.ReceiverChecks.Found;
import java.util.List;
import java.util.Optional;

/**
 * What the status of a schedule says about its notifications.
 *
 * @param pending what is to be delivered, the oldest first
 * @param dropped how many were given up or had no room, ever
 * @param state empty without receivers
 * @param receivers what is known of the receivers themselves
 * @param news what a person should hear of, once the status is written
 */
public record Outbox(
    List<PendingDelivery> pending,
    int dropped,
    Optional<NotificationState> state,
    Found receivers,
    List<News> news) {

  /** Something for an Event of type Warning. */
  public record News(Reason reason, String message) {}

  /** The same with what is known of the receivers. */
  Outbox with(Found receivers) {
    return new Outbox(pending, dropped, state, receivers, news);
  }

  /** Of a schedule without receivers. */
  static Outbox none(int dropped) {
    return new Outbox(List.of(), dropped, Optional.empty(), new Found.Unknown(), List.of());
  }
}
