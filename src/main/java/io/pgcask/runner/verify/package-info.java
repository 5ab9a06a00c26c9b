/** Reads backups again, to know that they can be restored. */
package io.pgcask.runner.verify;
