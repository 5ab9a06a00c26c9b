package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;

/** Which Backups are a schedule's. Pure. */
final class Membership {

  private Membership() {}

  /**
   * Retention knows only what the schedule made: label and annotation say so. A person who takes
   * one of them off takes the Backup out of retention.
   */
  static boolean isOf(BackupSchedule schedule, Backup backup) {
    var name = schedule.getMetadata().getName();
    return Labels.schedule(backup).filter(name::equals).isPresent()
        && Labels.label(backup, Labels.SCHEDULE).filter(Names.labelValue(name)::equals).isPresent();
  }
}
