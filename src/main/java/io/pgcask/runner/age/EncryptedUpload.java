package io.pgcask.runner.age;

import io.pgcask.storage.StorageException;
import io.pgcask.storage.Upload;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * An upload that encrypts what is written to it. The last chunk of the age file is written by
 * {@link #complete} alone: aborting leaves nothing behind, and were something left, it could not be
 * taken for whole.
 */
public final class EncryptedUpload implements Upload {
  private final Upload upload;
  private final AgeEncryption encryption;

  private EncryptedUpload(Upload upload, AgeEncryption encryption) {
    this.upload = upload;
    this.encryption = encryption;
  }

  /**
   * Around another upload, which gets the header at once.
   *
   * @param upload belongs to the result; if this throws, it is aborted
   * @throws StorageException of the upload, or an {@link AgeException}
   */
  public static EncryptedUpload to(Upload upload, Recipients recipients) throws StorageException {
    try {
      return new EncryptedUpload(upload, AgeEncryption.to(new Sink(upload), recipients));
    } catch (IOException e) {
      throw aborted(upload, storageException(e));
    }
  }

  private static StorageException aborted(Upload upload, StorageException e) {
    try {
      upload.close();
    } catch (StorageException more) {
      e.addSuppressed(more);
    }
    return e;
  }

  /** What the sink and the encryption throw is one, so another has no way to come here. */
  private static StorageException storageException(IOException e) {
    return e instanceof StorageException known
        ? known
        : new AgeException(AgeException.Problem.ENCRYPTION, "encrypting failed", e);
  }

  /** The upload as a stream. Its end is not the upload's. */
  private static final class Sink extends OutputStream {
    private final Upload upload;

    Sink(Upload upload) {
      this.upload = upload;
    }

    @Override
    public void write(int one) throws StorageException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws StorageException {
      upload.write(bytes, offset, length);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws StorageException {
    try {
      encryption.write(bytes, offset, length);
    } catch (IOException e) {
      throw storageException(e);
    }
  }

  /** Encrypted bytes that storage has acknowledged. */
  @Override
  public long storedBytes() {
    return upload.storedBytes();
  }

  /**
   * Writes the last chunk and completes the upload.
   *
   * @return the objects with size and hash of their encrypted bytes
   * @throws StorageException also if an earlier write has failed; nothing is completed then
   */
  @Override
  public List<Stored> complete() throws StorageException {
    try {
      encryption.finish();
    } catch (IOException e) {
      throw storageException(e);
    }
    return upload.complete();
  }

  @Override
  public void cancel() {
    upload.cancel();
  }

  @Override
  public void abort() throws StorageException {
    encryption.abort();
    upload.abort();
  }

  @Override
  public void close() throws StorageException {
    encryption.abort();
    upload.close();
  }
}
