package io.pgcask.runner.settle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.runner.SampleStores;
import io.pgcask.runner.TaskFailedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettleRunTest {
  private static final String PATH = SampleStores.PATH;

  @TempDir Path directory;

  private SampleStores stores;

  @BeforeEach
  void emptyStorages() throws Exception {
    stores = new SampleStores(directory);
  }

  private SettleRun run() {
    return new SettleRun(stores.context(), PATH);
  }

  @Test
  void theBackupAndAllItsCopiesAreASuccess() throws Exception {
    stores.write(stores.own());
    stores.write(stores.copy1());
    stores.write(stores.copy2());

    var result = run().settle();

    assertThat(result.succeeded()).isTrue();
    assertThat(result.sha256()).isEqualTo(SampleStores.manifest().sha256());
    assertThat(result.copies()).extracting(Result.Copied::complete).containsExactly(true, true);
  }

  @Test
  void aCopyThatWasNotFinishedIsRemovedAndTheBackupKept() throws Exception {
    stores.write(stores.own());
    stores.write(stores.copy1());
    stores.copy2().put(PATH + "/1/shop.dump", SampleStores.DUMP);

    var result = run().settle();

    assertThat(result.succeeded()).isFalse();
    assertThat(result.clean()).isTrue();
    assertThat(result.sizeBytes()).isEqualTo(SampleStores.manifest().storedBytes());
    assertThat(result.message())
        .contains("pvc://own/" + PATH + " is complete and was kept", "pvc://copy2/" + PATH);
    assertThat(result.copies()).extracting(Result.Copied::complete).containsExactly(true, false);
    assertThat(stores.folder("copy2")).isEmptyDirectory();
    assertThat(stores.manifest(stores.own())).isEqualTo(SampleStores.manifest());
  }

  @Test
  void aCopyWhoseStorageDoesNotAnswerIsNotClean() throws Exception {
    stores.write(stores.own());
    Files.delete(stores.folder("copy1"));
    Files.writeString(stores.folder("copy1"), "no folder");

    var result = run().settle();

    assertThat(result.succeeded()).isFalse();
    assertThat(result.clean()).isFalse();
  }

  @Test
  void withoutTheBackupNothingIsLeft() throws Exception {
    stores.own().put(PATH + "/1/shop.dump", SampleStores.DUMP);
    stores.copy1().put(PATH + "/1/shop.dump", SampleStores.DUMP);

    var result = run().settle();

    assertThat(result.reason()).isEqualTo(Reason.RESULT_LOST);
    assertThat(result.clean()).isTrue();
    assertThat(stores.folder("own")).isEmptyDirectory();
    assertThat(stores.folder("copy1")).isEmptyDirectory();
  }

  @Test
  void aCopyThatIsTheLastBackupThereIsIsKept() throws Exception {
    stores.write(stores.copy2());

    assertThatThrownBy(() -> run().settle())
        .isInstanceOfSatisfying(
            TaskFailedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.RESULT_LOST))
        .hasMessageContaining("a complete copy at pvc://copy2/" + PATH);
    assertThat(stores.manifest(stores.copy2())).isEqualTo(SampleStores.manifest());
  }

  @Test
  void deletionGoesThroughAllStoragesWhateverOneOfThemSays() throws Exception {
    stores.write(stores.own());
    stores.write(stores.copy2());
    Files.delete(stores.folder("copy1"));
    Files.writeString(stores.folder("copy1"), "no folder");

    assertThatThrownBy(() -> run().delete()).isInstanceOf(TaskFailedException.class);

    assertThat(stores.folder("own")).isEmptyDirectory();
    assertThat(stores.folder("copy2")).isEmptyDirectory();
    Files.delete(stores.folder("copy1"));
    Files.createDirectory(stores.folder("copy1"));
    stores.copy1().put(PATH + "/" + Manifest.NAME, "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(run().delete().clean()).isTrue();
    assertThat(stores.folder("copy1")).isEmptyDirectory();
  }
}
