package io.pgcask.runner.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Manifest.StoredObject;
import io.pgcask.runner.stored.StoredInput;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of an encrypted dump into a real store and back, as a run goes it. */
class EncryptedObjectTest {
  private static final Keys KEYS = Keys.generate();

  @TempDir Path volume;

  private final byte[] dump = new byte[300_000];
  private ObjectStore store;

  @BeforeEach
  void openStore() throws Exception {
    new Random(9).nextBytes(dump);
    var storage = new Storage(null, new Storage.PersistentVolumeClaim("claim", "top"));
    store = ObjectStores.open(storage, Optional.empty(), List.of(), volume);
  }

  private List<StoredObject> write() throws Exception {
    try (var upload =
        EncryptedUpload.to(store.begin("b/1/shop.dump.age", dump.length), KEYS.recipients())) {
      upload.write(dump, 0, dump.length);
      return upload.complete().stream()
          .map(stored -> new StoredObject(stored.key(), stored.sizeBytes(), stored.sha256()))
          .toList();
    }
  }

  private StoredInput input(List<StoredObject> objects) throws StorageException {
    return new StoredInput(
        objects,
        new StoredInput.Opener() {
          @Override
          public InputStream open(StoredObject object) throws StorageException {
            return store.open(object.path());
          }

          @Override
          public String place(StoredObject object) {
            return store.place(object.path());
          }
        });
  }

  @Test
  void comesBackAndItsHashWasComparedByThen() throws Exception {
    var objects = write();

    try (var input = input(objects)) {
      try (var plain = AgeDecryption.of(input.shielded(), KEYS.identities())) {
        assertThat(plain.readAllBytes()).isEqualTo(dump);
      }
      assertThat(input.count()).isEqualTo(store.size("b/1/shop.dump.age").getAsLong());
      assertThat(input.read()).isEqualTo(-1);
    }
  }

  @Test
  void aHashThatDiffersIsFoundThoughTheFileIsWhole() throws Exception {
    var good = write().getFirst();
    var other = List.of(new StoredObject(good.path(), good.sizeBytes(), "00".repeat(32)));

    assertThatThrownBy(() -> AgeDecryption.of(input(other), KEYS.identities()).readAllBytes())
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH))
        .hasMessageContaining("SHA-256");
  }

  @Test
  void damageIsAChecksumMismatchAsWithoutEncryption() throws Exception {
    var objects = write();
    var file = volume.resolve("top/b/1/shop.dump.age");
    var bytes = Files.readAllBytes(file);
    bytes[200_000] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> AgeDecryption.of(input(objects), KEYS.identities()).readAllBytes())
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH));
  }

  @Test
  void whatIsGivenUpLeavesNothing() throws Exception {
    try (var upload =
        EncryptedUpload.to(store.begin("b/1/shop.dump.age", dump.length), KEYS.recipients())) {
      upload.write(dump, 0, dump.length);
    }

    assertThat(store.list("b")).isEmpty();
  }
}
