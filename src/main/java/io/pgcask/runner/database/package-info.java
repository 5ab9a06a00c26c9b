/**
 * The properties of a database itself, which pg_restore would bring only with -C: read at the
 * backup, applied at the restore.
 */
package io.pgcask.runner.database;
