package io.pgcask.storage;

import java.time.Instant;

/**
 * Something that a writer began and neither completed nor removed: an upload in parts, or a
 * temporary file. No reader ever sees it, but it takes space.
 *
 * @param key of the object that it was to become, or of the temporary file
 * @param id by which storage knows it; empty for a file
 * @param since when the upload was begun, or the file last written, by the storage's clock
 */
public record Unfinished(String key, String id, Instant since) {}
