package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestBuilder;
import io.pgcask.contract.ManifestDatabaseBuilder;
import io.pgcask.runner.SampleStores;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BareDumpTest {
  private static final String DATABASE = "d";
  private static final byte[] PLAIN =
      ("--\n-- PostgreSQL database dump\n--\n\n"
              + "SELECT 1;\n".repeat(5000)
              + "--\n-- PostgreSQL database dump complete\n--\n\n")
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private SampleStores stores;

  @BeforeEach
  void openStores() throws IOException {
    stores = new SampleStores(directory);
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = BareDumpTest.class.getResourceAsStream("/archive/" + name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private BareDump find(String path, String sha256) throws Exception {
    return BareDump.find(stores.context(), path, Optional.ofNullable(sha256)).orElseThrow();
  }

  private BareDump found(byte[] bytes) throws Exception {
    stores.own().put("in/x", bytes);
    return find("in/x", null);
  }

  private static StoredBackup backup(BareDump dump) {
    return dump.describedBy(
        ManifestBuilder.builder()
            .format(dump.format())
            .compression(new Compression(Compression.Method.NONE, null))
            .databases(
                List.of(
                    new Manifest.DumpedDatabase(
                        ManifestDatabaseBuilder.builder().name(DATABASE).build(),
                        null,
                        null,
                        null,
                        null,
                        null)))
            .files(dump.files(DATABASE))
            .build());
  }

  /** What a tool would get. */
  private byte[] read(BareDump dump) throws Exception {
    try (var stream = (DumpStream) backup(dump).dump(DATABASE, null, directory)) {
      var bytes = stream.plain().readAllBytes();
      stream.verifyRest();
      return bytes;
    }
  }

  private static Reason reason(ThrowingRead read) {
    try {
      read.run();
      throw new AssertionError("was read");
    } catch (StorageException e) {
      return e.reason();
    } catch (TaskFailedException e) {
      return e.reason();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private interface ThrowingRead {
    void run() throws Exception;
  }

  @Test
  void findsTheFormatByTheBytesAndTakesOffWhatLiesAround() throws Exception {
    var custom = resource("1.16.custom");
    var tar = resource("1.15.tar");

    assertThat(found(custom).format()).isEqualTo(DumpFormat.CUSTOM);
    assertThat(read(found(custom))).isEqualTo(custom);
    assertThat(found(tar).format()).isEqualTo(DumpFormat.TAR);
    assertThat(read(found(tar))).isEqualTo(tar);
    assertThat(found(gzip(custom)).shown()).isEqualTo("Custom, gzip");
    assertThat(read(found(gzip(custom)))).isEqualTo(custom);
    assertThat(found(Zstd.compress(tar)).shown()).isEqualTo("Tar, zstd");
    assertThat(read(found(Zstd.compress(tar)))).isEqualTo(tar);
    assertThat(found(PLAIN).shown()).isEqualTo("Plain");
    assertThat(read(found(gzip(PLAIN)))).isEqualTo(PLAIN);
    assertThat(BareDump.find(stores.context(), "in/nothing", Optional.empty())).isEmpty();
  }

  @Test
  void theStorageItselfMayBeTheDirectory() throws Exception {
    stores.own().put("top.dump", resource("1.14.custom"));

    assertThat(read(find("top.dump", null))).isEqualTo(resource("1.14.custom"));
  }

  @Test
  void refusesWhatIsNoDump() {
    assertThatThrownBy(() -> found(new byte[0]))
        .hasMessageContaining("in/x")
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> found(gzip(gzip(PLAIN)))).hasMessageContaining("more than once");
    assertThatThrownBy(() -> found(gzip("nothing".getBytes(StandardCharsets.UTF_8))))
        .isInstanceOfSatisfying(
            TaskFailedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_DUMP));
    assertThatThrownBy(() -> found(Arrays.copyOf(resource("1.16.custom"), 1000)))
        .isInstanceOfSatisfying(
            TaskFailedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_DUMP))
        .hasMessageContaining("within its table of contents");
    assertThat(reason(() -> found("age-encryption.org/v1\n".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(Reason.NO_MATCHING_IDENTITY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"custom", "tar", "plain", "gzip"})
  void givesNoEndToWhatIsCutOff(String kind) throws Exception {
    var whole =
        switch (kind) {
          case "plain" -> PLAIN;
          case "gzip" -> gzip(resource("1.16.custom"));
          default -> resource("1.16." + kind);
        };
    for (int cut : List.of(1, 20, 100, 511, 512, 600)) {
      var bytes = Arrays.copyOf(whole, whole.length - (kind.equals("plain") ? cut + 4 : cut));
      assertThat(reason(() -> read(found(bytes)))).as("%d", cut).isEqualTo(Reason.INVALID_DUMP);
      // the hash tells more
      stores.own().put("in/y", bytes);
      assertThat(reason(() -> read(find("in/y", Hashes.sha256(whole)))))
          .as("%d", cut)
          .isEqualTo(Reason.CHECKSUM_MISMATCH);
    }
  }

  @Test
  void aFlippedBitIsFoundByTheHash() throws Exception {
    var bytes = resource("1.16.custom");
    var right = Hashes.sha256(bytes);
    stores.own().put("in/x", bytes);
    assertThat(read(find("in/x", right))).isEqualTo(bytes);

    bytes[bytes.length - 20] ^= 1;
    stores.own().put("in/x", bytes);

    assertThat(reason(() -> read(find("in/x", right)))).isEqualTo(Reason.CHECKSUM_MISMATCH);
  }

  @Test
  void aDirectoryHasWhatItsContentsName() throws Exception {
    // Given
    var store = stores.own();
    var toc = resource("1.16.toc");
    store.put("d/toc.dat", toc);
    store.put("d/README", new byte[1]);
    store.put("d/0000.dat", new byte[1]); // of no entry

    // Then
    assertThatThrownBy(() -> find("d", null)).hasMessageContaining("lacks file");

    assertThatThrownBy(() -> find("d/toc.dat", null)).hasMessageContaining("name the directory");
    store.put("e/toc.dat", resource("1.16.custom"));
    assertThatThrownBy(() -> find("e", null))
        .hasMessageContaining("not the table of contents of a dump in a directory");

    // When
    var rows = "1\tx\n\\.\n\n\n".getBytes(StandardCharsets.UTF_8);
    store.put("d/3310.dat.gz", gzip(rows));
    store.put("d/3311.dat.gz", gzip(Arrays.copyOf(rows, 4)));
    store.put("d/blobs_3313.toc", "42 blob_42.dat\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> find("d", null)).hasMessageContaining("blob_42.dat");
    store.put("d/blob_42.dat.gz", gzip(rows));
    var dump = find("d", null);

    // Then
    assertThat(dump.format()).isEqualTo(DumpFormat.DIRECTORY);
    assertThat(dump.name()).isEqualTo("d");
    assertThat(dump.files(DATABASE))
        .extracting(Manifest.StoredFile::name)
        .containsExactlyInAnyOrder(
            "toc.dat", "3310.dat.gz", "3311.dat.gz", "blobs_3313.toc", "blob_42.dat.gz");
    var backup = backup(dump);
    for (var file : dump.files(DATABASE)) {
      if (file.name().equals("3311.dat.gz")) {
        assertThat(reason(() -> backup.readWhole(file))).isEqualTo(Reason.INVALID_DUMP);
      } else {
        backup.readWhole(file);
      }
    }

    // When a list of large objects lacks one, or is cut
    store.put("d/blob_43.dat", rows);
    assertThatThrownBy(() -> find("d", null)).hasMessageContaining("blob_43.dat");
    store.put(
        "d/blobs_3313.toc", "42 blob_42.dat\n43 blob_43.dat".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> find("d", null)).hasMessageContaining("cut off");
    store.put("d/3310.dat", rows);
    assertThatThrownBy(() -> find("d", null)).hasMessageContaining("twice");
  }
}
