/** What the Backups of a BackupSchedule say of it. Pure. */
package io.pgcask.operator.schedule.health;
