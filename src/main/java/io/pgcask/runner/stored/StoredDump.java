package io.pgcask.runner.stored;

import java.io.IOException;

/** The dump of one database on its way from storage to a tool, checked while it is read. */
public sealed interface StoredDump extends AutoCloseable permits StreamedDump, StagedDump {
  /** Bytes that were read from storage so far. From any thread. */
  long bytesRead();

  /**
   * Reads what no tool asked for.
   *
   * @throws io.pgcask.storage.StorageException if it cannot be read, or if anything of the dump is
   *     not what was written
   */
  void verifyRest() throws IOException;

  @Override
  void close() throws IOException;
}
