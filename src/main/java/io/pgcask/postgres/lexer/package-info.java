/**
 * Takes SQL apart where PostgreSQL does, so that no text in quotes, in dollars or in a comment is
 * taken for a name or for the end of a statement. It decides which roles a statement of somebody
 * else's dump names, so it may not be wrong about any input, whoever wrote it.
 */
package io.pgcask.postgres.lexer;
