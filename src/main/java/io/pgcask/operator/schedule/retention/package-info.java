/**
 * Which Backups of a BackupSchedule stay and which go: {@link RetentionPlan} decides without
 * touching anything, {@link RetentionEnforcer} acts on it.
 */
package io.pgcask.operator.schedule.retention;
