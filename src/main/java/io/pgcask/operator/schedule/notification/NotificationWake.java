package io.pgcask.operator.schedule.notification;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.pgcask.api.v1alpha1.BackupSchedule;

/**
 * Calls the reconciler when an attempt or a look has ended, and forgets schedules that are gone.
 */
final class NotificationWake extends SimpleInboundEventSource<BackupSchedule>
    implements ResourceEventAware<BackupSchedule> {

  private final Deliveries deliveries;
  private final ReceiverChecks checks;

  NotificationWake(Deliveries deliveries, ReceiverChecks checks) {
    super("notifications");
    this.deliveries = deliveries;
    this.checks = checks;
  }

  /** An attempt or a look at the receivers of that schedule has ended. */
  void ended(BackupSchedule schedule) {
    propagateEvent(ResourceID.fromResource(schedule));
  }

  @Override
  public void onResourceDeleted(BackupSchedule schedule) {
    deliveries.forget(schedule.getMetadata().getUid());
    checks.forget(schedule.getMetadata().getUid());
  }
}
