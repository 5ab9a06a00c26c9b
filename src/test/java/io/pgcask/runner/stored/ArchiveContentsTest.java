package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchiveContentsTest {
  private static final int BEHIND = 1 << 20;

  private final byte[] archive = archive();

  /** With data behind its table of contents that is not read with it. */
  private static byte[] archive() {
    try (var in = ArchiveContentsTest.class.getResourceAsStream("/archive/1.16.custom")) {
      var bytes = in.readAllBytes();
      return Arrays.copyOf(bytes, bytes.length + BEHIND);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static StoredInput stored(byte[] bytes, String sha256) throws StorageException {
    var object = new Manifest.StoredObject("x", bytes.length, sha256);
    return new StoredInput(
        List.of(object),
        new StoredInput.Opener() {
          @Override
          public InputStream open(Manifest.StoredObject object) {
            return new ByteArrayInputStream(bytes);
          }

          @Override
          public String place(Manifest.StoredObject object) {
            return "bucket/x";
          }
        });
  }

  private static DumpStream dump(byte[] bytes) throws StorageException {
    var input = stored(bytes, Hashes.sha256(bytes));
    return new DumpStream(input, input.shielded());
  }

  private ArchiveContents contents() throws Exception {
    var dump = dump(archive);
    var contents = ArchiveContents.read(dump.input(), dump.plain());
    assertThat(dump.bytesRead()).isLessThan(BEHIND);
    return contents;
  }

  @Test
  void theSameArchiveIsGivenAsItIs() throws Exception {
    var again = (DumpStream) contents().compared(dump(archive));

    assertThat(contents().archive().entries()).isNotEmpty();
    assertThat(again.plain().readAllBytes()).isEqualTo(archive);
  }

  @Test
  void anotherBeginningIsNoticedBeforeWhatFollows() throws Exception {
    var other = archive.clone();
    other[200] ^= 1;
    var again = (DumpStream) contents().compared(dump(other));

    assertThatThrownBy(() -> again.plain().readNBytes(archive.length))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH))
        .hasMessageContaining("table of contents");
  }

  @Test
  void anArchiveThatEndsEarlierIsNoticed() throws Exception {
    var again = (DumpStream) contents().compared(dump(Arrays.copyOf(archive, 100)));

    assertThatThrownBy(() -> again.plain().readAllBytes()).isInstanceOf(StorageException.class);
  }

  @Test
  void ofADamagedArchiveTheHashIsToldFirst() throws Exception {
    var damaged = "no archive".getBytes(StandardCharsets.US_ASCII);
    var right = stored(damaged, Hashes.sha256(damaged));
    var wrong = stored(damaged, Hashes.sha256(archive));

    assertThatThrownBy(() -> ArchiveContents.read(right, right.shielded()))
        .isInstanceOfSatisfying(
            TaskFailedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.VERIFICATION_FAILED));
    assertThatThrownBy(() -> ArchiveContents.read(wrong, wrong.shielded()))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH));
  }
}
