package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest.StoredObject;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredInputTest {
  private static final byte[] BYTES = new byte[500_000];

  static {
    new Random(5).nextBytes(BYTES);
  }

  private final Map<String, byte[]> stored = new LinkedHashMap<>();

  @Test
  void readsObjectAfterObjectHoweverItIsAsked() throws Exception {
    try (var in = input(cut(200_000, 200_001))) {
      assertThat(in.read()).isEqualTo(BYTES[0] & 0xff);
      assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOfRange(BYTES, 1, 1001));
      in.skipNBytes(300_000);
      try (var shielded = in.shielded()) {
        assertThat(shielded.readNBytes(1000))
            .isEqualTo(Arrays.copyOfRange(BYTES, 301_001, 302_001));
      }
      assertThat(in.count()).isEqualTo(302_001);
      in.drain();
      assertThat(in.count()).isEqualTo(BYTES.length);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void givesNoEndToAnObjectWithAnotherBit() throws Exception {
    var objects = cut(100);
    stored.get("0")[50] ^= 1;

    assertDamaged(objects, "SHA-256", 100);
  }

  @Test
  void givesNoEndToAnObjectThatIsShortOrLong() throws Exception {
    var objects = cut(100);
    stored.put("0", Arrays.copyOf(stored.get("0"), 99));
    assertDamaged(objects, "it has 99 bytes, the manifest says 100", 99);

    objects = cut(100);
    stored.put("1", Arrays.copyOf(stored.get("1"), BYTES.length));
    assertDamaged(objects, "it has 500000 bytes", BYTES.length + 100);
  }

  @Test
  void whereNoHashIsKnownTheSizeIsCompared() throws Exception {
    var object = new StoredObject("0", 100, null);
    stored.put("0", Arrays.copyOf(BYTES, 100));
    try (var in = input(List.of(object))) {
      assertThat(in.hashed()).isFalse();
      in.drain();
      assertThat(in.count()).isEqualTo(100);
    }
    stored.put("0", Arrays.copyOf(BYTES, 99));
    assertDamaged(List.of(object), "it has 99 bytes", 99);
  }

  @Test
  void noticesObjectsThatChangedPlaces() throws Exception {
    var objects = cut(250_000);
    stored.put("0", stored.put("1", stored.get("0")));

    assertDamaged(objects, "SHA-256", 250_000);
  }

  private void assertDamaged(List<StoredObject> objects, String how, long readable)
      throws Exception {
    try (var in = input(objects)) {
      assertThatThrownBy(in::drain)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(how)
          .extracting(e -> ((StorageException) e).reason())
          .isEqualTo(Reason.CHECKSUM_MISMATCH);
      assertThat(in.count()).isEqualTo(readable);
    }
  }

  /** The bytes as objects that end at these places and at the end. */
  private List<StoredObject> cut(int... ends) {
    stored.clear();
    int from = 0;
    for (int i = 0; i <= ends.length; i++) {
      int end = i < ends.length ? ends[i] : BYTES.length;
      stored.put(Integer.toString(i), Arrays.copyOfRange(BYTES, from, end));
      from = end;
    }
    return stored.entrySet().stream()
        .map(e -> new StoredObject(e.getKey(), e.getValue().length, Hashes.sha256(e.getValue())))
        .toList();
  }

  private StoredInput input(List<StoredObject> objects) throws StorageException {
    return new StoredInput(
        objects,
        new StoredInput.Opener() {
          @Override
          public InputStream open(StoredObject object) {
            return new ByteArrayInputStream(stored.get(object.path()));
          }

          @Override
          public String place(StoredObject object) {
            return "place of " + object.path();
          }
        });
  }
}
