/** Backups of a BackupSchedule that are read again on a schedule of its own. */
package io.pgcask.operator.schedule.verification;
