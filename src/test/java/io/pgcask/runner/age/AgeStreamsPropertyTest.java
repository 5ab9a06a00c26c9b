package io.pgcask.runner.age;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AgeStreamsPropertyTest {
  private static final Keys KEYS = Keys.generate();
  private static final int LONGEST = 3 * Chunks.PLAIN;

  private static byte[] content(int length, Random random) {
    var content = new byte[length];
    random.nextBytes(content);
    return content;
  }

  private static byte[] encrypted(byte[] content, Random random) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = AgeEncryption.to(bytes, KEYS.recipients())) {
      int at = 0;
      while (at < content.length) {
        int piece = Math.min(content.length - at, 1 + random.nextInt(2 * Chunks.PLAIN));
        out.write(content, at, piece);
        at += piece;
      }
    }
    return bytes.toByteArray();
  }

  @Property(tries = 200)
  void everyContentInEveryPiecesComesBack(
      @ForAll @IntRange(max = LONGEST) int length, @ForAll long seed) throws IOException {
    var random = new Random(seed);
    var content = content(length, random);

    var given = new ByteArrayOutputStream();
    try (var in =
        AgeDecryption.of(new ByteArrayInputStream(encrypted(content, random)), KEYS.identities())) {
      var buffer = new byte[2 * Chunks.PLAIN];
      int n;
      do {
        n = in.read(buffer, 0, 1 + random.nextInt(buffer.length));
        given.write(buffer, 0, Math.max(n, 0));
      } while (n >= 0);
    }

    assertThat(Arrays.equals(given.toByteArray(), content)).isTrue();
  }

  @Property(tries = 300)
  void afterAnyChangeOnlyAWholeBeginningIsGivenAndThenATypedError(
      @ForAll @IntRange(max = LONGEST) int length,
      @ForAll @IntRange(max = 3) int kind,
      @ForAll long seed)
      throws IOException {
    var random = new Random(seed);
    var content = content(length, random);
    var changed = changed(encrypted(content, random), kind, random);

    var given = new ByteArrayOutputStream();
    boolean noticed = false;
    try (var in = AgeDecryption.of(new ByteArrayInputStream(changed), KEYS.identities())) {
      in.transferTo(given);
    } catch (AgeException e) {
      noticed = true;
    }

    assertThat(noticed).isTrue();
    assertThat(given.size() % Chunks.PLAIN).isZero();
    assertThat(Arrays.equals(given.toByteArray(), Arrays.copyOf(content, given.size()))).isTrue();
  }

  private static byte[] changed(byte[] bytes, int kind, Random random) {
    int at = random.nextInt(bytes.length);
    return switch (kind) {
      case 0 -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
      case 1 -> Arrays.copyOf(bytes, at);
      case 2 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100_000));
      default -> {
        // a byte is missing in the middle
        var shorter = Arrays.copyOf(bytes, bytes.length - 1);
        System.arraycopy(bytes, at + 1, shorter, at, bytes.length - at - 1);
        yield shorter;
      }
    };
  }
}
