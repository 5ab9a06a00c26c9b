/** Restores a backup: plan, target database, stream to pg_restore or psql, properties. */
package io.pgcask.runner.restore;
