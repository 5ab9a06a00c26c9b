package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeUploadTest {
  private static final byte[] MIB = new byte[1 << 20];

  /** {@code /dev/null} takes every byte and has no disk to write it to. */
  @Test
  void endsTheWriterWhenTheDiskFailedBehindIt(@TempDir Path mount) throws Exception {
    Files.createFile(mount.resolve("temporary"));
    var channel = FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE);
    try (var upload =
        new VolumeUpload(
            SafeDirectory.root(mount),
            channel,
            "temporary",
            "dump",
            "pvc://claim/dump",
            new VolumeErrors("claim"),
            VolumeSpace.REAL)) {
      assertThatThrownBy(
              () -> {
                for (int mib = 0; mib < 128; mib++) {
                  upload.write(MIB, 0, MIB.length);
                }
              })
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_UNREACHABLE));
    }
    assertThat(mount).isEmptyDirectory();
  }
}
