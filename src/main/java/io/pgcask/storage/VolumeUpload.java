package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file under a temporary name, which gets its own name when it is complete and on disk. */
final class VolumeUpload implements Upload {
  /**
   * Written back to disk at this distance, so that the end has little left to do and the page cache
   * of the node is not filled with one dump. The disk works while the next bytes come; whoever
   * writes waits for it only when it is a whole distance behind.
   */
  private static final long SYNC_EVERY = 64 << 20;

  /**
   * What is kept free for the log and the manifest, and for whoever else writes there: 64 MiB, on
   * small volumes 1 %.
   */
  private static final long KEPT_FREE = 64 << 20;

  private final SafeDirectory directory;
  private final FileChannel channel;
  private final String temporary;
  private final String name;
  private final String place;
  private final VolumeErrors errors;
  private final VolumeSpace space;
  private final AtomicBoolean ended = new AtomicBoolean();

  private final String key;
  private final MessageDigest digest = Hashes.sha256();

  private volatile long written;
  private volatile boolean cancelled;
  private long synced;
  private Optional<FutureTask<Void>> sync = Optional.empty();

  VolumeUpload(
      SafeDirectory directory,
      FileChannel channel,
      String temporary,
      String key,
      String place,
      VolumeErrors errors,
      VolumeSpace space) {
    this.directory = directory;
    this.channel = channel;
    this.temporary = temporary;
    this.key = key;
    this.name = StorageKeys.parts(key).getLast();
    this.place = place;
    this.errors = errors;
    this.space = space;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws StorageException {
    if (cancelled) {
      throw new StorageException(Reason.CANCELLED, "the upload was given up");
    }
    try {
      var buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      digest.update(bytes, offset, length);
      long now = written + length;
      if (now - synced >= SYNC_EVERY) {
        awaitSync();
        beginSync();
        synced = now;
        stopBeforeItIsFull();
      }
      written = now;
    } catch (IOException e) {
      throw errors.ofWrite(e, place, directory);
    }
  }

  private void beginSync() {
    var task =
        new FutureTask<Void>(
            () -> {
              channel.force(false);
              return null;
            });
    Thread.ofPlatform().daemon().name("volume-sync").start(task);
    sync = Optional.of(task);
  }

  /** A failure is thrown here, for the system may tell it once only. */
  private void awaitSync() throws IOException {
    if (sync.isEmpty()) {
      return;
    }
    try {
      sync.get().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure
          ? failure
          : new IOException("the disk could not be reached", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(Reason.CANCELLED, "interrupted while writing " + place, e);
    }
  }

  private void stopBeforeItIsFull() throws IOException {
    long usable = space.usableBytes(directory);
    if (usable < Math.min(KEPT_FREE, space.totalBytes(directory) / 100)) {
      throw errors.nearlyFull(usable);
    }
  }

  @Override
  public long storedBytes() {
    return written;
  }

  @Override
  public List<Stored> complete() throws StorageException {
    try {
      awaitSync();
      channel.force(true);
      channel.close();
      directory.rename(temporary, name);
      directory.sync();
      if (ended.compareAndSet(false, true)) {
        directory.close();
      }
      return List.of(new Stored(key, written, Hashes.hex(digest.digest())));
    } catch (IOException e) {
      throw errors.ofWrite(e, place, directory);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public void abort() throws StorageException {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try (directory) {
      channel.close();
      directory.deleteFile(temporary);
    } catch (NoSuchFileException e) {
      // it has its name already, or was removed with its directory
    } catch (IOException e) {
      throw errors.of(e, place);
    }
  }

  @Override
  public void close() throws StorageException {
    abort();
  }
}
