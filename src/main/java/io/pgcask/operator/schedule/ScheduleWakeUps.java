package io.pgcask.operator.schedule;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.pgcask.api.v1alpha1.BackupSchedule;

/**
 * Calls the reconciler when something beside it has ended, and what is looked after when a schedule
 * is gone.
 */
final class ScheduleWakeUps extends SimpleInboundEventSource<BackupSchedule>
    implements ResourceEventAware<BackupSchedule> {

  private final ScheduleCare care;

  ScheduleWakeUps(ScheduleCare care) {
    super("checks");
    this.care = care;
  }

  /** There is news for that schedule. */
  void wake(BackupSchedule schedule) {
    propagateEvent(ResourceID.fromResource(schedule));
  }

  @Override
  public void onResourceDeleted(BackupSchedule schedule) {
    care.forget(schedule);
  }
}
