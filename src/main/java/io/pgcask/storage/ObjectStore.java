package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * A place for objects. Keys are relative to the storage that the user configured (its bucket and
 * prefix, or its volume and path): parts joined by slashes, none of them empty, {@code .} or {@code
 * ..}. Every call ends: each has a bound in time of its own.
 */
public interface ObjectStore extends AutoCloseable {
  /** The bound of {@link #read}, which takes whole objects into memory. */
  int MAX_READ_BYTES = 16 << 20;

  /**
   * Checks that the storage can be reached and the credentials are accepted, without writing.
   *
   * @throws StorageException if not
   */
  void check() throws StorageException;

  /**
   * Looks whether an object would fit, where storage can tell, which only a volume can; a bucket
   * says so when it is full.
   *
   * @param estimatedBytes a guess of its length; a tenth is added to it
   * @throws StorageException StorageFull, naming both numbers, if it would not
   */
  void checkSpace(long estimatedBytes) throws StorageException;

  /**
   * Begins an object of unknown length. Nothing can be seen under the key before {@link
   * Upload#complete}. Where storage bounds the size of an object, what is longer goes on in further
   * ones: {@code key}, {@code key.0002}, {@code key.0003}.
   *
   * @param estimatedBytes a guess of its length, which decides the size of parts; 0: no idea
   * @throws StorageException InvalidOptions if parts of the size that was asked for do not fit into
   *     memory
   */
  Upload begin(String key, long estimatedBytes) throws StorageException;

  /**
   * Opens an object; a broken connection is resumed where it broke.
   *
   * @throws StorageException StorageNotFound if it is absent; reading may throw it as well
   */
  InputStream open(String key) throws StorageException;

  /** Length of an object in bytes; empty if it is absent. */
  OptionalLong size(String key) throws StorageException;

  /** Writes a small object, replacing what is there. */
  void put(String key, byte[] bytes) throws StorageException;

  /**
   * As {@link #put}, but never under the object lock nor of the storage class that the storage asks
   * for: for what is read and removed at once.
   */
  default void putUnlocked(String key, byte[] bytes) throws StorageException {
    put(key, bytes);
  }

  /**
   * Writes a small object if there is none.
   *
   * @throws ObjectExistsException if there is one with other bytes; with the same bytes it is taken
   *     for ours, written by a request whose answer was lost
   */
  void putIfAbsent(String key, byte[] bytes) throws StorageException;

  /** Keys of the objects in a directory and below, unordered; none if it is absent. */
  List<String> list(String directory) throws StorageException;

  /**
   * Names of the directories in a directory, not of those below them, unordered. One that holds
   * nothing but what is unfinished is one, too.
   *
   * @param most how many, if there are more
   */
  List<String> directories(String directory, int most) throws StorageException;

  /** What the finished and unfinished objects in a directory and below come to. */
  Contents contents(String directory) throws StorageException;

  /**
   * What writers began in a directory and below, and neither completed nor removed: of runners that
   * were killed, mostly, but also of those at work. Unordered.
   */
  List<Unfinished> unfinished(String directory) throws StorageException;

  /**
   * Removes what is unfinished in a directory and below and was begun before a time. To be asked
   * where no writer that began earlier can still be at work: for the directory of one backup that
   * holds when its next attempt starts, for wider ones only with a time long past.
   *
   * @return what was removed
   */
  List<Unfinished> abortUnfinished(String directory, Instant olderThan) throws StorageException;

  /**
   * Removes an object; nothing happens if it is absent. In a bucket with versions its last version
   * stays behind a delete marker.
   *
   * @throws StorageException ObjectLocked, naming until when, if object lock protects it
   */
  void delete(String key) throws StorageException;

  /**
   * Removes all objects in a directory and below, and unfinished uploads. On a volume also the
   * directory, and directories above it that became empty, up to the storage's own. The first
   * object that cannot be removed ends it.
   *
   * @throws StorageException ObjectLocked, naming until when, if object lock protects an object
   */
  void deleteAll(String directory) throws StorageException;

  /** The full place of an object, for people, for example {@code s3://bucket/prefix/key}. */
  String place(String key);

  /**
   * A whole small object.
   *
   * @throws StorageException StorageNotFound if it is absent, Internal if it is over {@link
   *     #MAX_READ_BYTES}
   */
  default byte[] read(String key) throws StorageException {
    try (var in = open(key)) {
      var bytes = in.readNBytes(MAX_READ_BYTES + 1);
      if (bytes.length > MAX_READ_BYTES) {
        throw new StorageException(Reason.INTERNAL, place(key) + " is larger than 16 MiB");
      }
      return bytes;
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      throw new StorageException(
          Reason.STORAGE_UNREACHABLE, place(key) + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  void close();
}
