package io.pgcask.operator.connection.watch;

import java.time.Instant;

/**
 * Rows of a table or view have changed, or of a table that a view reads.
 *
 * @param table as it was subscribed to
 * @param inserted how many rows since the change before; all three are 0 where a trigger has told
 *     of a change that the server has not counted yet
 * @param updated as {@code inserted}
 * @param deleted as {@code inserted}
 * @param at when it was noticed
 */
public record TableChange(TableName table, long inserted, long updated, long deleted, Instant at) {}
