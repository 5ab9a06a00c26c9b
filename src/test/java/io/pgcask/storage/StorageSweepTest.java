package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.ClaimedNames;
import io.pgcask.contract.Swept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageSweepTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant YESTERDAY = NOW.minus(Duration.ofDays(1));
  private static final Instant OLD = NOW.minus(Duration.ofDays(3));

  @TempDir Path mount;

  private ObjectStore volume(String path) {
    return VolumeObjectStore.open(new Storage.PersistentVolumeClaim("claim", path), mount);
  }

  private void file(String path, int bytes, Instant modified) throws IOException {
    var file = mount.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private static Swept sweep(List<ObjectStore> stores, String... claimed) {
    return StorageSweep.of(
        stores,
        "demo/shop",
        ClaimedNames.of(List.of(claimed)),
        YESTERDAY,
        InstantSource.fixed(NOW));
  }

  @Test
  void tellsBackupsFromLeftoversAndBothFromWhatIsClaimed() throws Exception {
    // Given
    file("demo/shop/claimed-1/manifest.json", 10, OLD);
    file("demo/shop/kept-2/manifest.json", 10, OLD);
    file("demo/shop/kept-2/1/shop.dump", 100, OLD.minusSeconds(60));
    file("demo/shop/broken-3/1/.pgcask-temporary", 7, OLD);
    file("demo/shop-2/of-another-connection/manifest.json", 10, OLD);
    file("other/shop/of-another-namespace/manifest.json", 10, OLD);
    file("demo/shop/no-directory", 1, OLD);
    Files.createDirectories(mount.resolve("demo/shop/empty-4"));
    Files.createSymbolicLink(mount.resolve("demo/shop/link-5"), mount.resolve("other/shop"));

    // When
    var swept = sweep(List.of(volume(null)), "claimed-1");

    // Then
    assertThat(swept.backups()).isEqualTo(1);
    assertThat(swept.leftovers()).isEqualTo(1);
    assertThat(swept.sizeBytes()).isEqualTo(117);
    assertThat(swept.more()).isFalse();
    assertThat(swept.failures()).isEmpty();
    assertThat(swept.found())
        .containsExactly(
            new Swept.Found(0, "kept-2", true, 110, OLD),
            new Swept.Found(0, "broken-3", false, 7, OLD));
  }

  @Test
  void namesNothingThatMayStillBeAtWork() throws Exception {
    // Given one of which the last byte is young, and one exactly at the limit
    file("demo/shop/at-work-1/1/shop.dump.0001", 10, OLD);
    file("demo/shop/at-work-1/1/shop.dump.0002", 10, NOW.minusSeconds(1));
    file("demo/shop/limit-2/manifest.json", 10, YESTERDAY);

    // Then
    assertThat(sweep(List.of(volume(null))).found()).isEmpty();
  }

  @Test
  void removesAndWritesNothing() throws Exception {
    file("demo/shop/kept-2/manifest.json", 10, OLD);
    file("demo/shop/broken-3/1/.pgcask-temporary", 7, OLD);
    var before = files();

    sweep(List.of(volume(null)));

    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (var walk = Files.walk(mount)) {
      return walk.sorted().toList();
    }
  }

  @Test
  void aStorageThatFailsDoesNotHideWhatIsInTheOthers() throws Exception {
    // Given
    file("one/demo/shop/kept-1/manifest.json", 10, OLD);
    file("two/demo/shop/kept-2/manifest.json", 20, OLD);
    var absent =
        VolumeObjectStore.open(
            new Storage.PersistentVolumeClaim("absent", null), mount.resolve("absent"));

    // When
    var swept = sweep(List.of(volume("two"), absent, volume("one")));

    // Then
    assertThat(swept.found()).extracting(Swept.Found::storage).containsExactly(0, 2);
    assertThat(swept.found()).extracting(Swept.Found::name).containsExactly("kept-2", "kept-1");
    assertThat(swept.failures()).singleElement().asString().contains("absent");
  }

  @Test
  void countsEverythingAndShowsTheFirst() throws Exception {
    // Given
    for (int i = 0; i < 30; i++) {
      file("demo/shop/kept-%02d/manifest.json".formatted(i), 1, OLD);
    }
    file("demo/shop/a-leftover/1/shop.dump", 1, OLD);

    // When
    var swept = sweep(List.of(volume(null)));

    // Then
    assertThat(swept.backups()).isEqualTo(30);
    assertThat(swept.leftovers()).isEqualTo(1);
    assertThat(swept.found()).hasSize(Swept.MAX_FOUND).allMatch(Swept.Found::complete);
  }

  @Test
  void stopsAtItsLimitsAndSaysSo() throws Exception {
    // Given a clock that a slow storage moves
    for (int i = 0; i < 5; i++) {
      file("demo/shop/kept-%02d/manifest.json".formatted(i), 1, OLD);
    }
    var ticks = new int[1];
    InstantSource slow = () -> NOW.plusSeconds(25L * ticks[0]++);

    // When
    var swept =
        StorageSweep.of(
            List.of(volume(null)), "demo/shop", ClaimedNames.of(List.of()), YESTERDAY, slow);

    // Then
    assertThat(swept.more()).isTrue();
    assertThat(swept.backups()).isEqualTo(2);
  }
}
