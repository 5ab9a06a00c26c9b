/** Whether the storage of a BackupSchedule can be used, known before the night. */
package io.pgcask.operator.schedule.storage;
