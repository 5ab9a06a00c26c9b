/**
 * Follows the database of a PostgresConnection: its schema and its rows. By default it only reads,
 * in a session that lasts a moment ({@link io.pgcask.operator.connection.watch.SchemaReader}). With
 * Triggers, a session stays open ({@link io.pgcask.operator.connection.watch.Watcher}), and objects
 * of ours are in schema {@code pgcask}. {@link io.pgcask.operator.connection.watch.Watches} is the
 * way in for everybody else. See docs/watching.md.
 */
package io.pgcask.operator.connection.watch;
