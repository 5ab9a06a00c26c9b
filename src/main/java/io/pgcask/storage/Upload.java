package io.pgcask.storage;

import java.util.List;

/**
 * An object that is being written. It comes into being by {@link #complete} alone; in every other
 * case {@link #abort} leaves nothing behind. One thread writes; {@link #storedBytes} may be asked
 * by any.
 */
public interface Upload extends AutoCloseable {
  /**
   * Takes bytes. Blocks while storage is slower than the writer.
   *
   * @throws StorageException also for an earlier part that failed in the background
   */
  void write(byte[] bytes, int offset, int length) throws StorageException;

  /** Bytes that storage has acknowledged. */
  long storedBytes();

  /**
   * Makes everything that was written visible.
   *
   * @return the objects that hold it, in the order of its bytes: one, or several where storage
   *     bounds the size of an object
   */
  List<Stored> complete() throws StorageException;

  /**
   * Makes the writer fail soon, wherever it waits. For any thread; {@link #abort} still follows.
   */
  void cancel();

  /**
   * Gives up and removes what was written.
   *
   * @throws StorageException if something may be left behind
   */
  void abort() throws StorageException;

  /** Aborts unless completed or aborted already. */
  @Override
  void close() throws StorageException;

  /**
   * An object that has come into being.
   *
   * @param sha256 of its bytes, hexadecimal
   */
  record Stored(String key, long sizeBytes, String sha256) {}
}
