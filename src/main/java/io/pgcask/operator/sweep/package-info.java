/** Finds data in storage that belongs to no Backup, and says so. */
package io.pgcask.operator.sweep;
