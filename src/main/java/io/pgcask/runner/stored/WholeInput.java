package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A dump without a manifest, being read: gives the end only if it is that of the dump, and of what
 * lies in storage. Whatever fails in here is a {@link StorageException}.
 */
final class WholeInput extends SequentialInput {
  private final StoredInput stored;
  private final String place;
  private final Completeness completeness;
  private Optional<StorageException> failure = Optional.empty();

  /**
   * Of a file.
   *
   * @param stored as it lies in storage
   * @param place where, for people
   * @param plain the same without what lies around it
   */
  WholeInput(StoredInput stored, String place, InputStream plain, Completeness completeness) {
    super(plain);
    this.stored = stored;
    this.place = place;
    this.completeness = completeness;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (failure.isPresent()) {
      throw failure.get();
    }
    try {
      int count = super.read(bytes, offset, length);
      if (count < 0) {
        completeness.end();
        stored.drain();
      } else {
        completeness.accept(bytes, offset, count);
      }
      return count;
    } catch (IOException e) {
      failure = Optional.of(invalid(stored, place, e));
      throw failure.get();
    }
  }

  /** A wrong hash tells more; if there is none, or it is right, the dump was bad from the start. */
  static StorageException invalid(StoredInput stored, String place, IOException e) {
    if (e instanceof StorageException storage) {
      return storage;
    }
    if (stored.hashed()) {
      try {
        stored.drain();
      } catch (StorageException hash) {
        return hash;
      } catch (IOException other) {
        e.addSuppressed(other);
      }
    }
    return new StorageException(
        Reason.INVALID_DUMP, "%s is no whole dump: %s".formatted(place, e.getMessage()), e);
  }
}
