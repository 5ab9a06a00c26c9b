/** Backups as they lie in storage: their manifest and their files, read and checked. */
package io.pgcask.runner.stored;
