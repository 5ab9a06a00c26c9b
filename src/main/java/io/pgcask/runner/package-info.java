/**
 * The data mover: one Job, one {@link io.pgcask.contract.Task}, one {@link
 * io.pgcask.contract.Result}. A plain main without a container framework, since its start-up time
 * is part of every backup.
 *
 * <p>Memory: a read buffer of 128 KiB, the part buffers of {@code io.pgcask.storage.PartPlan}
 * (three of 8 MiB, more for very large dumps), a tool's log of at most 16 MiB in a file. Nothing
 * grows with the size of a database.
 */
package io.pgcask.runner;
