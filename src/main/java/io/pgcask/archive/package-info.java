/**
 * Archives of pg_dump, as far as their table of contents: what is in one, without running
 * pg_restore and without reading the data. Follows {@code ReadHead} and {@code ReadToc} of
 * PostgreSQL's {@code pg_backup_archiver.c}, of which every format from 1.14 (pg_dump 12) to 1.16
 * (pg_dump 17 and 18) is read.
 *
 * <p>An archive may come from anywhere. Nothing is allocated for bytes that have not arrived, every
 * count has a limit, and whatever is wrong ends in an {@link io.pgcask.archive.ArchiveException}.
 */
package io.pgcask.archive;
