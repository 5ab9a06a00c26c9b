/**
 * Reads {@code globals.sql}: what pg_dumpall writes of roles and tablespaces, and what we write of
 * the roles that a database refers to. Nothing of the text is ever run: statements are understood
 * and written anew, or refused. Pure.
 */
package io.pgcask.runner.restore.globals;
