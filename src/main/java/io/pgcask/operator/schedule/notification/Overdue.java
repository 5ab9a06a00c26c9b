package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.Quantities;
import java.time.Instant;
import java.util.Optional;

/** Since when the newest good Backup of a schedule is too old. Pure. */
public final class Overdue {

  private Overdue() {}

  /**
   * When maxAgeOfLastSuccess had passed since the newest good Backup or, without one, since the
   * schedule was created; empty if it has not.
   *
   * @param lastSuccess when the newest good Backup ended
   */
  public static Optional<Instant> since(
      BackupSchedule schedule, Optional<Instant> lastSuccess, Instant now) {
    return Optional.ofNullable(schedule.getSpec().maxAgeOfLastSuccess())
        .map(Quantities::parse)
        .map(lastSuccess.orElseGet(() -> created(schedule))::plus)
        .filter(now::isAfter);
  }

  private static Instant created(BackupSchedule schedule) {
    return Instant.parse(schedule.getMetadata().getCreationTimestamp());
  }
}
