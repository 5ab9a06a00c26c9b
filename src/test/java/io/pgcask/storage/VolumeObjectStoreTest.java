package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeObjectStoreTest {
  @TempDir Path temp;

  private Path mount;
  private ObjectStore store;

  @BeforeEach
  void open() throws Exception {
    mount = Files.createDirectory(temp.resolve("mount"));
    store = open("top/dir");
  }

  private ObjectStore open(String path) throws StorageException {
    return VolumeObjectStore.open(new Storage.PersistentVolumeClaim("claim", path), mount);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void showsNothingUnderTheKeyBeforeTheEnd() throws Exception {
    try (var upload = store.begin("a/b/x", 0)) {
      upload.write(bytes("-hello-"), 1, 5);
      assertThat(store.size("a/b/x")).isEmpty();
      assertThat(store.list("a")).isEmpty();

      upload.complete();
    }

    assertThat(store.size("a/b/x")).hasValue(5);
    assertThat(store.read("a/b/x")).isEqualTo(bytes("hello"));
    assertThat(mount.resolve("top/dir/a/b")).isDirectoryContaining("glob:**/x");
    assertThat(names("top/dir/a/b")).containsExactly("x");
  }

  @Test
  void leavesNothingAfterAnAbort() throws Exception {
    var upload = store.begin("a/x", 0);
    upload.write(bytes("hello"), 0, 5);
    upload.abort();
    upload.abort();

    assertThat(names("top/dir/a")).isEmpty();
  }

  @Test
  void nothingIsBelowAFile() throws Exception {
    store.put("a/file", bytes("hello"));

    assertThat(store.size("a/file/x")).isEmpty();
    assertThat(store.list("a/file")).isEmpty();
    assertThatThrownBy(() -> store.put("a/file/x", bytes("x")))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_DENIED));
  }

  @Test
  void writesIfAbsentOnce() throws Exception {
    store.putIfAbsent("a/manifest.json", bytes("first"));
    store.putIfAbsent("a/manifest.json", bytes("first"));

    assertThatThrownBy(() -> store.putIfAbsent("a/manifest.json", bytes("second")))
        .isInstanceOf(ObjectExistsException.class)
        .hasMessage("pvc://claim/top/dir/a/manifest.json exists already; somebody else wrote it");
    assertThat(store.read("a/manifest.json")).isEqualTo(bytes("first"));
    assertThat(names("top/dir/a")).containsExactly("manifest.json");
  }

  @Test
  void letsOneOfManyWritersWin() throws Exception {
    for (int round = 0; round < 20; round++) {
      var key = "race/" + round + "/manifest.json";
      var go = new CountDownLatch(1);
      var results = new ArrayList<Future<String>>();
      try (var pool = Executors.newFixedThreadPool(8)) {
        for (int i = 0; i < 8; i++) {
          var text = "writer " + i;
          Callable<String> writer =
              () -> {
                go.await();
                try {
                  store.putIfAbsent(key, bytes(text));
                  return text;
                } catch (ObjectExistsException e) {
                  return "";
                }
              };
          results.add(pool.submit(writer));
        }
        go.countDown();
      }
      var winners = new ArrayList<String>();
      for (var result : results) {
        if (!result.get().isEmpty()) {
          winners.add(result.get());
        }
      }
      assertThat(winners).hasSize(1);
      assertThat(new String(store.read(key), StandardCharsets.UTF_8)).isEqualTo(winners.getFirst());
    }
  }

  @Test
  void replacesWithPut() throws Exception {
    store.put("a", bytes("1"));
    store.put("a", bytes("22"));

    assertThat(store.size("a")).hasValue(2);
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    assertThat(store.size("no/such")).isEmpty();
    assertThat(store.list("no")).isEmpty();
    store.delete("no/such");
    store.deleteAll("no/such");
    assertThatThrownBy(() -> store.open("no/such"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_NOT_FOUND));
  }

  @Test
  void deletesATreeAndEmptyParentsUpToItsRoot() throws Exception {
    store.put("ns/conn/one/1/d.dump", bytes("x"));
    store.put("ns/conn/one/manifest.json", bytes("x"));
    store.put("ns/conn/two/manifest.json", bytes("x"));

    store.deleteAll("ns/conn/one");
    assertThat(store.list("ns")).containsExactly("ns/conn/two/manifest.json");

    store.deleteAll("ns/conn/two");
    assertThat(names("top/dir")).isEmpty();
  }

  @Test
  void deletesLinksAndNeverWhatTheyPointTo() throws Exception {
    var outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    store.put("a/b/x", bytes("x"));
    Files.createSymbolicLink(mount.resolve("top/dir/a/b/link"), outside);

    store.deleteAll("a/b");

    assertThat(outside.resolve("precious")).exists();
    assertThat(mount.resolve("top/dir/a")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"top", "top/dir", "top/dir/a"})
  void followsNoLinkOnTheWay(String link) throws Exception {
    var outside = Files.createDirectories(temp.resolve("outside/dir/a"));
    Files.writeString(outside.resolve("x"), "secret");
    var place = mount.resolve(link);
    Files.createDirectories(place.getParent());
    Files.createSymbolicLink(place, temp.resolve("outside"));

    assertThatThrownBy(() -> store.put("a/y", bytes("x")))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_DENIED))
        .hasMessageContaining("symbolic link");
    assertThatThrownBy(() -> store.open("a/x")).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> store.deleteAll("a/x")).isInstanceOf(StorageException.class);
    assertThat(outside.resolve("x")).hasContent("secret");
    assertThat(outside.resolve("y")).doesNotExist();
  }

  @Test
  void followsNoLinkAtTheEnd() throws Exception {
    var outside = Files.writeString(temp.resolve("secret"), "secret");
    Files.createDirectories(mount.resolve("top/dir/a"));
    Files.createSymbolicLink(mount.resolve("top/dir/a/x"), outside);

    assertThatThrownBy(() -> store.open("a/x")).isInstanceOf(StorageException.class);
    assertThat(store.size("a/x")).isEmpty();
    store.put("a/x", bytes("mine"));

    assertThat(outside).hasContent("secret");
    assertThat(mount.resolve("top/dir/a/x")).isRegularFile().hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a//b", "../a", "a/..", "a/./b", "a\0b"})
  void refusesKeysThatLeadElsewhere(String key) {
    assertThatThrownBy(() -> store.put(key, bytes("x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.deleteAll(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void worksAtTheRootOfTheVolume() throws Exception {
    var atRoot = open(null);
    atRoot.check();
    atRoot.put("a/x", bytes("x"));

    assertThat(mount.resolve("a/x")).exists();
    assertThat(atRoot.place("a/x")).isEqualTo("pvc://claim/a/x");
    atRoot.deleteAll("a");
    assertThat(mount).isEmptyDirectory();
  }

  @Test
  void checksTheMountPoint() throws Exception {
    store.check();
    Files.delete(mount);
    assertThatThrownBy(() -> store.check())
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_NOT_FOUND));
  }

  private ObjectStore withSpace(long usable, long total) {
    return VolumeObjectStore.open(
        new Storage.PersistentVolumeClaim("claim", "top/dir"),
        mount,
        new VolumeSpace() {
          @Override
          public long usableBytes(SafeDirectory directory) {
            return usable;
          }

          @Override
          public long totalBytes(SafeDirectory directory) {
            return total;
          }
        });
  }

  @Test
  void saysBeforehandThatADumpDoesNotFit() throws Exception {
    withSpace(1100L << 20, 10L << 30).checkSpace(1000L << 20);
    assertThatThrownBy(() -> withSpace(1099L << 20, 10L << 30).checkSpace(1000L << 20))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_FULL))
        .hasMessageContaining("1099 MiB free")
        .hasMessageContaining("1100 MiB");
    store.checkSpace(1);
  }

  @ParameterizedTest
  @CsvSource({"63, 100000, true", "65, 100000, false", "9, 1000, true", "11, 1000, false"})
  void stopsBeforeTheVolumeIsFull(long usableMib, long totalMib, boolean stops) throws Exception {
    var nearlyFull = withSpace(usableMib << 20, totalMib << 20);
    var chunk = new byte[8 << 20];
    try (var upload = nearlyFull.begin("a/x", 0)) {
      for (int i = 0; i < 7; i++) {
        upload.write(chunk, 0, chunk.length);
      }
      if (stops) {
        assertThatThrownBy(() -> upload.write(chunk, 0, chunk.length))
            .isInstanceOfSatisfying(
                StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_FULL))
            .hasMessageContaining("nearly full");
      } else {
        upload.write(chunk, 0, chunk.length);
      }
    }
    assertThat(names("top/dir/a")).isEmpty();
  }

  @Test
  void sweepsOldTemporaryFilesAndNothingElse() throws Exception {
    // Given
    store.put("ns/conn/one/1/x", bytes("x"));
    var dead = store.begin("ns/conn/one/1/y", 0);
    dead.write(bytes("half"), 0, 4);
    var other = store.begin("ns/conn/two/1/y", 0);
    var soon = Instant.now().plusSeconds(60);

    // When
    assertThat(store.unfinished("ns")).hasSize(2);
    assertThat(store.abortUnfinished("ns", Instant.now().minusSeconds(60))).isEmpty();
    var removed = store.abortUnfinished("ns/conn/one", soon);

    // Then
    assertThat(removed)
        .singleElement()
        .satisfies(file -> assertThat(file.key()).startsWith("ns/conn/one/1/.pgcask-"));
    assertThat(names("top/dir/ns/conn/one/1")).containsExactly("x");
    assertThat(store.unfinished("ns")).hasSize(1);
    assertThat(store.unfinished("nothing/here")).isEmpty();
    dead.abort();
    other.abort();
  }

  private List<String> names(String directory) throws Exception {
    try (var files = Files.list(mount.resolve(directory))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
