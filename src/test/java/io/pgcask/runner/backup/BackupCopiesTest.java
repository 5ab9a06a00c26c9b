package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.runner.Results;
import io.pgcask.runner.SampleStores;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.storage.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCopiesTest {
  private static final String PATH = SampleStores.PATH;

  @TempDir Path directory;

  private SampleStores stores;

  @BeforeEach
  void aBackupThatIsComplete() throws Exception {
    stores = new SampleStores(directory);
    stores.write(stores.own());
  }

  private Result complete() throws Exception {
    return complete(Results.succeeded("dumped"));
  }

  private Result complete(Result backup) throws Exception {
    var task = SampleStores.task();
    var files = new BackupFiles(PATH, 1, Optional.empty());
    try (var work = WorkDirectory.create(directory)) {
      return new BackupCopies(stores.context(), task, files, Instant.now())
          .complete(backup, VerificationLevel.HASH, work);
    }
  }

  @Test
  void eachCopyIsABackupOfItsOwn() throws Exception {
    var result = complete();

    assertThat(result.succeeded()).isTrue();
    long size = SampleStores.manifest().storedBytes();
    assertThat(result.copies())
        .hasSize(2)
        .allSatisfy(
            copy -> {
              assertThat(copy.complete()).isTrue();
              assertThat(copy.sizeBytes()).isEqualTo(size);
              assertThat(copy.verified()).isEqualTo(VerificationResult.PASSED);
            });
    for (var copy : List.of(stores.copy1(), stores.copy2())) {
      assertThat(copy.list(PATH))
          .containsExactlyInAnyOrder(
              PATH + "/1/shop.dump",
              PATH + "/1/log.txt",
              PATH + "/" + Manifest.RESTORE_NAME,
              PATH + "/" + Manifest.NAME,
              PATH + "/verification.json");
      assertThat(copy.read(PATH + "/1/shop.dump")).isEqualTo(SampleStores.DUMP);
      assertThat(copy.read(PATH + "/" + Manifest.NAME))
          .as("the same objects, so the same manifest")
          .isEqualTo(stores.own().read(PATH + "/" + Manifest.NAME));
      assertThat(new String(copy.read(PATH + "/" + Manifest.RESTORE_NAME), StandardCharsets.UTF_8))
          .contains(SampleStores.manifest().sha256());
    }
  }

  @Test
  void aStorageThatIsNotThereFailsItsOwnCopyAlone() throws Exception {
    Files.delete(stores.folder("copy1"));

    var result = complete();

    assertThat(result.succeeded()).isFalse();
    assertThat(result.reason()).isEqualTo(Reason.STORAGE_NOT_FOUND);
    assertThat(result.clean()).isTrue();
    assertThat(result.message())
        .startsWith(
            "the backup in pvc://own/%s is complete and was kept; the copy in pvc://copy1/%s failed: "
                .formatted(PATH, PATH));
    assertThat(result.copies()).extracting(Result.Copied::complete).containsExactly(false, true);
    assertThat(stores.manifest(stores.own())).isEqualTo(SampleStores.manifest());
    assertThat(stores.manifest(stores.copy2())).isEqualTo(SampleStores.manifest());
  }

  @Test
  void whatWasWrittenOfACopyThatFailsIsRemoved() throws Exception {
    // Given a backup whose second file is not what was written
    stores.own().put(PATH + "/1/log.txt", "the lot".getBytes(StandardCharsets.UTF_8));

    var result = complete();

    assertThat(result.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
    assertThat(result.clean()).isTrue();
    assertThat(stores.folder("copy1")).isEmptyDirectory();
    assertThat(stores.folder("copy2")).isEmptyDirectory();
    assertThat(stores.own().list(PATH)).hasSize(3);
  }

  @Test
  void whatSomebodyElseHasCompletedThereIsNotTouched() throws Exception {
    stores.write(stores.copy1());

    var result = complete();

    assertThat(result.reason()).isEqualTo(Reason.ALREADY_RAN);
    assertThat(result.clean()).isTrue();
    assertThat(stores.copy1().list(PATH)).hasSize(3);
  }

  @Test
  void aCancellationKeepsTheBackupAndMakesNoCopy() throws Exception {
    stores.cancellation().cancel();

    var result = complete();

    assertThat(result.reason()).isEqualTo(Reason.CANCELLED);
    assertThat(result.message()).contains("is complete and was kept");
    assertThat(stores.folder("copy1")).isEmptyDirectory();
    assertThat(stores.manifest(stores.own())).isEqualTo(SampleStores.manifest());
  }

  @Test
  void damageIsNotCopied() throws Exception {
    var damaged = Results.failed(Reason.VERIFICATION_FAILED, "damaged");

    assertThat(complete(damaged)).isEqualTo(damaged);
    assertThat(stores.folder("copy1")).isEmptyDirectory();
  }

  @Test
  void leftoversOfAnEarlierAttemptAreSwept() throws Exception {
    ObjectStore copy = stores.copy1();
    try (var upload = copy.begin(PATH + "/1/shop.dump", 0)) {
      upload.write(new byte[] {1}, 0, 1);
      assertThat(copy.unfinished(PATH)).hasSize(1);

      assertThat(complete().succeeded()).isTrue();

      assertThat(copy.unfinished(PATH)).isEmpty();
      assertThat(copy.read(PATH + "/1/shop.dump")).isEqualTo(SampleStores.DUMP);
    }
  }
}
