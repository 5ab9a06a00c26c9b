/** Looks for data in storage that no Backup records. */
package io.pgcask.runner.sweep;
