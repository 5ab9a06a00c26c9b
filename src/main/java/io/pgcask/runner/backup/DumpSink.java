package io.pgcask.runner.backup;

import io.pgcask.contract.Manifest;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.runner.tool.Traffic;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.util.List;

/** Takes what one pg_dump writes and puts it into storage. */
interface DumpSink extends Traffic, AutoCloseable {
  /** Arguments that tell pg_dump where to write to. */
  List<String> arguments();

  /**
   * Moves everything up to the end of the process.
   *
   * @throws StorageException if storage fails; the process then still runs
   */
  void take(ToolProcess dump) throws IOException, InterruptedException;

  /** Makes {@link #take} fail soon, wherever it waits. For any thread. */
  void cancel();

  /**
   * Completes what was moved, after pg_dump has succeeded.
   *
   * @return the files, which storage has confirmed
   */
  List<Manifest.StoredFile> complete() throws TaskFailedException, IOException;

  /** Gives up what was not completed. */
  @Override
  void close() throws IOException;
}
