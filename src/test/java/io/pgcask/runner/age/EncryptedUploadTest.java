package io.pgcask.runner.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.Upload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncryptedUploadTest {
  private static final Keys KEYS = Keys.generate();

  /** Keeps everything in memory, whatever becomes of it. */
  private static final class MemoryUpload implements Upload {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean completed;
    private boolean aborted;
    private boolean full;

    @Override
    public void write(byte[] from, int offset, int length) throws StorageException {
      if (full) {
        throw new StorageException(Reason.STORAGE_FULL, "full");
      }
      bytes.write(from, offset, length);
    }

    @Override
    public long storedBytes() {
      return bytes.size();
    }

    @Override
    public List<Stored> complete() {
      completed = true;
      return List.of(new Stored("k", bytes.size(), Hashes.sha256(bytes.toByteArray())));
    }

    @Override
    public void cancel() {
      full = true;
    }

    @Override
    public void abort() {
      aborted = !completed;
    }

    @Override
    public void close() {
      abort();
    }
  }

  @Test
  void whatIsCompletedCanBeDecryptedAndItsHashIsThatOfTheEncryptedBytes() throws Exception {
    var memory = new MemoryUpload();
    var content = new byte[200_000];
    List<Upload.Stored> stored;
    try (var upload = EncryptedUpload.to(memory, KEYS.recipients())) {
      upload.write(content, 0, 150_000);
      upload.write(content, 150_000, 50_000);
      stored = upload.complete();
    }

    assertThat(memory.aborted).isFalse();
    assertThat(stored.getFirst().sizeBytes()).isGreaterThan(200_000);
    var in = new ByteArrayInputStream(memory.bytes.toByteArray());
    assertThat(AgeDecryption.of(in, KEYS.identities()).readAllBytes()).isEqualTo(content);
  }

  @Test
  void withoutCompleteItIsAbortedAndWhatWasWrittenHasNoEnd() throws Exception {
    var memory = new MemoryUpload();
    try (var upload = EncryptedUpload.to(memory, KEYS.recipients())) {
      upload.write(new byte[1000], 0, 1000);
    }

    assertThat(memory.aborted).isTrue();
    var in = new ByteArrayInputStream(memory.bytes.toByteArray());
    assertThatThrownBy(() -> AgeDecryption.of(in, KEYS.identities()).readAllBytes())
        .isInstanceOf(AgeException.class);
  }

  @Test
  void aFailureOfStorageKeepsItsReasonAndNothingIsCompletedAfterIt() throws Exception {
    var memory = new MemoryUpload();
    var upload = EncryptedUpload.to(memory, KEYS.recipients());
    memory.full = true;

    assertThatThrownBy(() -> upload.write(new byte[70_000], 0, 70_000))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_FULL));
    memory.full = false;
    assertThatThrownBy(upload::complete).isInstanceOf(StorageException.class);
    assertThat(memory.completed).isFalse();
    upload.close();
    assertThat(memory.aborted).isTrue();
  }

  @Test
  void anUploadThatCannotTakeTheHeaderIsAborted() {
    var memory = new MemoryUpload();
    memory.full = true;

    assertThatThrownBy(() -> EncryptedUpload.to(memory, KEYS.recipients()))
        .isInstanceOf(StorageException.class);
    assertThat(memory.aborted).isTrue();
  }
}
