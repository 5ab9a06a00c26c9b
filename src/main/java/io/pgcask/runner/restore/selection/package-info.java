/**
 * Which entries of an archive a Restore takes. Pure functions of the parsed entries; what they give
 * is for {@code pg_restore --use-list}. The rules are explained in {@code docs/archives.md}.
 */
package io.pgcask.runner.restore.selection;
