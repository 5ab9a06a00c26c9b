package io.pgcask.runner.backup;

import io.pgcask.runner.backup.PumpTimes.Activity;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.Upload;
import java.util.List;

/** An upload that notes how long the writer waits for it. */
record TimedUpload(Upload upload, PumpTimes times) implements Upload {
  @Override
  public void write(byte[] bytes, int offset, int length) throws StorageException {
    times.enter(Activity.WAITS_FOR_STORAGE);
    upload.write(bytes, offset, length);
    times.enter(Activity.WORKS);
  }

  @Override
  public List<Stored> complete() throws StorageException {
    times.enter(Activity.WAITS_FOR_STORAGE);
    var stored = upload.complete();
    times.enter(Activity.WORKS);
    return stored;
  }

  @Override
  public long storedBytes() {
    return upload.storedBytes();
  }

  @Override
  public void cancel() {
    upload.cancel();
  }

  @Override
  public void abort() throws StorageException {
    upload.abort();
  }

  @Override
  public void close() throws StorageException {
    upload.close();
  }
}
