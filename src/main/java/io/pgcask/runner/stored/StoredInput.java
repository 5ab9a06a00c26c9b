package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.StorageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;

/**
 * A file of a backup being read, object after object. The end of each object is given only if its
 * size and its hash, where one is known, are those that a witness tells: whoever has read to the
 * end has read what was written. Whatever fails in here is a {@link StorageException}.
 */
public final class StoredInput extends InputStream {
  private static final int BUFFER = 128 << 10;

  private final Opener opener;
  private final Iterator<Manifest.StoredObject> rest;

  private Manifest.StoredObject object;
  private InputStream in = InputStream.nullInputStream();
  private MessageDigest digest;
  private long countOfObject;
  private volatile long count;

  /**
   * Of objects that are opened when they are reached.
   *
   * @param objects in order, not empty
   */
  public StoredInput(List<Manifest.StoredObject> objects, Opener opener) throws StorageException {
    this.opener = opener;
    this.rest = objects.iterator();
    next();
  }

  /** Where the objects are. */
  public interface Opener {
    /** Opens an object. */
    InputStream open(Manifest.StoredObject object) throws StorageException;

    /** Where it lies, for people. */
    String place(Manifest.StoredObject object);

    /** Who says what its size and its hash are. */
    default Witness witness() {
      return Witness.MANIFEST;
    }
  }

  /** Who says what the size and the hash of an object are. */
  public enum Witness {
    /** The backup's own manifest. */
    MANIFEST("the manifest says", "the manifest's"),
    /** Of a dump without a manifest: whoever wants it restored; the size is that at planning. */
    RESTORE("at planning it had", "location.sha256");

    private final String ofSize;
    private final String ofHash;

    Witness(String ofSize, String ofHash) {
      this.ofSize = ofSize;
      this.ofHash = ofHash;
    }
  }

  private void next() throws StorageException {
    object = rest.next();
    digest = Hashes.sha256();
    countOfObject = 0;
    in = opener.open(object);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (object != null) {
      int got = readObject(bytes, offset, length);
      if (got > 0) {
        digest.update(bytes, offset, got);
        countOfObject += got;
        count = count + got;
        return got;
      }
      compare();
      in.close();
      if (rest.hasNext()) {
        next();
      } else {
        object = null;
      }
    }
    return -1;
  }

  private int readObject(byte[] bytes, int offset, int length) throws StorageException {
    try {
      return in.read(bytes, offset, length);
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      throw new StorageException(
          Reason.STORAGE_UNREACHABLE,
          "%s cannot be read: %s".formatted(opener.place(object), e.getMessage()),
          e);
    }
  }

  private void compare() throws StorageException {
    var witness = opener.witness();
    if (countOfObject != object.sizeBytes()) {
      throw damaged(
          "it has %d bytes, %s %d".formatted(countOfObject, witness.ofSize, object.sizeBytes()));
    }
    if (object.sha256() != null && !Hashes.hex(digest.digest()).equals(object.sha256())) {
      throw damaged("its SHA-256 differs from " + witness.ofHash);
    }
  }

  /** Whether its end tells anything: without a hash it tells the size alone. */
  public boolean hashed() {
    return object != null && object.sha256() != null;
  }

  private StorageException damaged(String how) {
    return new StorageException(
        Reason.CHECKSUM_MISMATCH,
        "%s is not what was written: %s".formatted(opener.place(object), how));
  }

  /** Skips by reading: the hash needs every byte. */
  @Override
  public long skip(long bytes) throws IOException {
    var buffer = new byte[(int) Math.clamp(bytes, 0, BUFFER)];
    return Math.max(0, read(buffer, 0, buffer.length));
  }

  /** The same bytes, but closing it leaves this open for {@link #drain}. */
  public InputStream shielded() {
    return new FilterInputStream(this) {
      @Override
      public void close() {
        // its owner closes it
      }
    };
  }

  /** Bytes read so far. From any thread. */
  public long count() {
    return count;
  }

  /**
   * Reads what is left.
   *
   * @throws StorageException if it cannot be read to its end, or is not what was written
   */
  public void drain() throws IOException {
    var buffer = new byte[BUFFER];
    while (read(buffer, 0, buffer.length) >= 0) {
      // only to hash it
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
