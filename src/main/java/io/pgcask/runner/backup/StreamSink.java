package io.pgcask.runner.backup;

import io.pgcask.contract.Manifest;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.backup.PumpTimes.Activity;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A dump in one file: pg_dump's stdout goes straight into an upload. */
final class StreamSink implements DumpSink {
  /**
   * Filled before it is handed on. pg_dump writes some KiB at a time, and a file that grows by
   * those costs more than a larger buffer; the pipe's own is 64 KiB.
   */
  private static final int BUFFER = 256 << 10;

  private final BackupFiles files;
  private final ObjectStore store;
  private final Preflight preflight;
  private final String path;
  private final Upload upload;
  private final PumpTimes times;
  private final Runnable onFirstByte;

  private volatile long read;

  /**
   * Begins the upload.
   *
   * @param times is told what the thread waits for
   * @param onFirstByte is run once, when pg_dump has begun to write
   */
  StreamSink(
      ObjectStore store,
      BackupFiles files,
      Preflight preflight,
      PumpTimes times,
      Runnable onFirstByte)
      throws StorageException {
    this.store = store;
    this.files = files;
    this.preflight = preflight;
    this.times = times;
    this.onFirstByte = onFirstByte;
    this.path =
        files.dump(
            preflight.database().name(),
            DumpOption.format(preflight.spec()),
            preflight.plan().compression().method());
    this.upload =
        files.begin(store, path, preflight.databaseSizeBytes(), raw -> new TimedUpload(raw, times));
  }

  @Override
  public List<String> arguments() {
    return List.of();
  }

  @Override
  public void take(ToolProcess dump) throws IOException {
    var in = dump.stdout();
    var buffer = new byte[BUFFER];
    int filled;
    do {
      filled = fill(in, buffer);
      upload.write(buffer, 0, filled);
    } while (filled == buffer.length);
  }

  /** Reads until the buffer is full or pg_dump has ended; returns how much there is. */
  private int fill(InputStream in, byte[] buffer) throws IOException {
    int filled = 0;
    times.enter(Activity.WAITS_FOR_TOOL);
    while (filled < buffer.length) {
      int count = in.read(buffer, filled, buffer.length - filled);
      if (count < 0) {
        break;
      }
      if (read == 0 && count > 0) {
        onFirstByte.run();
      }
      filled += count;
      read = read + count;
    }
    times.enter(Activity.WORKS);
    return filled;
  }

  @Override
  public void cancel() {
    upload.cancel();
  }

  @Override
  public List<Manifest.StoredFile> complete() throws TaskFailedException, StorageException {
    var objects = upload.complete().stream().map(files::stored).toList();
    files.confirm(store, objects);
    return List.of(
        new Manifest.StoredFile(
            Manifest.Role.DUMP, preflight.database().name(), BackupFiles.name(path), objects));
  }

  @Override
  public long bytesRead() {
    return read;
  }

  @Override
  public long bytesStored() {
    return upload.storedBytes();
  }

  @Override
  public void close() throws StorageException {
    upload.close();
  }
}
