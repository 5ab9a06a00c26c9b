package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.ClaimedNames;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageProbeTest {

  private static final String KEY = StorageProbe.key("demo/shop", "uid");

  @TempDir Path mount;

  private ObjectStore volume() {
    return VolumeObjectStore.open(new Storage.PersistentVolumeClaim("claim", null), mount);
  }

  /** The volume, where one method does something else. */
  private ObjectStore with(String method, Answer answer) {
    var volume = volume();
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                return answer.give();
              }
              try {
                return called.invoke(volume, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private interface Answer {
    Object give() throws StorageException;
  }

  private static void assertReason(ThrowingCallable action, Reason reason) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private List<Path> files() throws Exception {
    try (var all = Files.walk(mount)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void leavesNothing() throws Exception {
    StorageProbe.run(volume(), KEY);
    StorageProbe.run(volume(), KEY);

    assertThat(files()).isEmpty();
  }

  @Test
  void overwritesWhatAnEarlierOneLeft() throws Exception {
    Files.createDirectories(mount.resolve("demo/shop"));
    Files.writeString(mount.resolve(KEY), "old");

    StorageProbe.run(volume(), KEY);

    assertThat(files()).isEmpty();
  }

  @Test
  void saysWhatIsWrong() {
    assertReason(
        () -> StorageProbe.run(with("read", () -> new byte[] {1}), KEY), Reason.CHECKSUM_MISMATCH);
    for (var method : List.of("check", "putUnlocked", "read", "delete")) {
      assertReason(
          () ->
              StorageProbe.run(
                  with(
                      method,
                      () -> {
                        throw new StorageException(Reason.STORAGE_DENIED, "no");
                      }),
                  KEY),
          Reason.STORAGE_DENIED);
    }
  }

  @Test
  void aLockOfTheBucketIsNoFailure() throws Exception {
    StorageProbe.run(
        with(
            "delete",
            () -> {
              throw new StorageException(Reason.OBJECT_LOCKED, "until tomorrow");
            }),
        KEY);

    assertThat(files()).hasSize(1);
  }

  @Test
  void whatItLeavesIsTakenForNoBackup() throws Exception {
    // Given
    var locked =
        with(
            "delete",
            () -> {
              throw new StorageException(Reason.OBJECT_LOCKED, "until tomorrow");
            });
    StorageProbe.run(locked, KEY);

    // When
    var swept =
        StorageSweep.of(
            List.of(volume()),
            "demo/shop",
            ClaimedNames.of(List.of()),
            Instant.MAX,
            InstantSource.system());

    // Then
    assertThat(swept.found()).isEmpty();
    assertThat(swept.failures()).isEmpty();
  }
}
