package io.pgcask.archive;

import java.time.LocalDateTime;

/**
 * What an archive says of itself.
 *
 * @param version of its format
 * @param integerBytes how long an integer is in it, without its sign
 * @param offsetBytes how long a place in a file is in it
 * @param compression of the data; the table of contents is never compressed
 * @param created in the time zone of the machine on which pg_dump ran, which it does not tell
 * @param database name of the dumped database
 * @param serverVersion of the dumped server, e.g. {@code 17.7 (Debian 17.7-1)}
 * @param dumpVersion of pg_dump, likewise
 */
public record ArchiveHeader(
    ArchiveVersion version,
    int integerBytes,
    int offsetBytes,
    ArchiveCompression compression,
    LocalDateTime created,
    String database,
    String serverVersion,
    String dumpVersion) {}
