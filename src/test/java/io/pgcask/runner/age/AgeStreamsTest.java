package io.pgcask.runner.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.exceptionfactory.jagged.framework.format.StandardPayloadKeyWriter;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.runner.age.AgeException.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgeStreamsTest {
  private static final Keys KEYS = Keys.generate();
  private static final int CHUNK = Chunks.PLAIN;

  /** Three full chunks and a bit. */
  private static final byte[] CONTENT = content(3 * CHUNK + 1000);

  private static byte[] content(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] encrypted(byte[] content, Recipients recipients) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = AgeEncryption.to(bytes, recipients)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] encrypted() throws IOException {
    return encrypted(CONTENT, KEYS.recipients());
  }

  private static byte[] decrypted(byte[] bytes, Identities identities) throws IOException {
    try (var in = AgeDecryption.of(new ByteArrayInputStream(bytes), identities)) {
      return in.readAllBytes();
    }
  }

  /** How reading ended, and what was given before. */
  private record Outcome(byte[] given, Optional<Problem> problem) {}

  private static Outcome read(byte[] bytes) throws IOException {
    var given = new ByteArrayOutputStream();
    try (var in = AgeDecryption.of(new ByteArrayInputStream(bytes), KEYS.identities())) {
      in.transferTo(given);
    } catch (AgeException e) {
      return new Outcome(given.toByteArray(), Optional.of(e.problem()));
    }
    return new Outcome(given.toByteArray(), Optional.empty());
  }

  private static void assertDamaged(byte[] bytes, int wholeBytes) throws IOException {
    var outcome = read(bytes);
    assertThat(outcome.problem()).contains(Problem.DAMAGED);
    assertThat(Arrays.equals(outcome.given(), Arrays.copyOf(CONTENT, wholeBytes)))
        .as("%d bytes given, %d are whole", outcome.given().length, wholeBytes)
        .isTrue();
  }

  /** Where the first chunk begins. */
  private static int payload(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.indexOf('\n', text.indexOf("\n--- ") + 1) + 1 + AgeEncryption.NONCE;
  }

  private static byte[] flipped(byte[] bytes, int index, int bit) {
    var changed = bytes.clone();
    changed[index] ^= (byte) (1 << bit);
    return changed;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5_000_003})
  void whatWasEncryptedIsDecrypted(int length) throws Exception {
    var content = content(length);

    var bytes = encrypted(content, KEYS.recipients());

    assertThat(Arrays.equals(decrypted(bytes, KEYS.identities()), content)).isTrue();
    int chunks = Math.max(1, (length + CHUNK - 1) / CHUNK);
    assertThat(bytes.length - payload(bytes)).isEqualTo(length + chunks * Chunks.TAG);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 1_000_000})
  void thePiecesOfWritingAndReadingDoNotMatter(int piece) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = AgeEncryption.to(bytes, KEYS.recipients())) {
      out.write(CONTENT[0]);
      for (int at = 1; at < CONTENT.length; at += piece) {
        out.write(CONTENT, at, Math.min(piece, CONTENT.length - at));
        out.flush();
      }
    }

    var given = new ByteArrayOutputStream();
    try (var in =
        AgeDecryption.of(
            trickling(bytes.toByteArray(), Math.min(piece, 5000)), KEYS.identities())) {
      given.write(in.read());
      var buffer = new byte[piece + 2];
      assertThat(in.read(buffer, 1, 0)).isZero();
      for (int n = in.read(buffer, 1, piece); n >= 0; n = in.read(buffer, 1, piece)) {
        assertThat(n).isPositive();
        given.write(buffer, 1, n);
      }
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(buffer)).isEqualTo(-1);
    }
    assertThat(Arrays.equals(given.toByteArray(), CONTENT)).isTrue();
  }

  /** Gives few bytes at a time, as a network does. */
  private static InputStream trickling(byte[] bytes, int most) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        return super.read(to, offset, Math.min(length, most));
      }
    };
  }

  @Test
  void eachOfSeveralRecipientsOpensIt() throws Exception {
    var others = new Keys[] {Keys.generate(), Keys.generate()};
    var all = others[0].recipients().and(KEYS.recipients()).and(others[1].recipients());
    var bytes = encrypted(CONTENT, all);

    for (var keys : new Keys[] {KEYS, others[0], others[1]}) {
      assertThat(Arrays.equals(decrypted(bytes, keys.identities()), CONTENT)).isTrue();
    }
  }

  @Test
  void sixteenRecipientsFitIntoTheHeader() throws Exception {
    var all = KEYS.recipients();
    while (all.keys().size() < Recipients.MAX) {
      all = Keys.generate().recipients().and(all);
    }

    assertThat(decrypted(encrypted(CONTENT, all), KEYS.identities())).isEqualTo(CONTENT);
  }

  @Test
  void oneOfSeveralIdentitiesIsEnough() throws Exception {
    var text = Keys.generate().identity() + "\n" + KEYS.identity();
    var identities = Identities.parse("identities", text);

    assertThat(Arrays.equals(decrypted(encrypted(), identities), CONTENT)).isTrue();
  }

  @Test
  void twoEncryptionsOfTheSameHaveNothingInCommon() throws Exception {
    var one = encrypted();
    var two = encrypted();

    assertThat(Arrays.copyOfRange(one, payload(one), payload(one) + 64))
        .isNotEqualTo(Arrays.copyOfRange(two, payload(two), payload(two) + 64));
  }

  @Test
  void anotherIdentityIsToldApartFromDamage() throws Exception {
    var other = Keys.generate();

    assertThatThrownBy(() -> decrypted(encrypted(), other.identities()))
        .isInstanceOfSatisfying(
            AgeException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(Problem.NO_IDENTITY);
              assertThat(e.reason()).isEqualTo(Reason.NO_MATCHING_IDENTITY);
              assertThat(e).hasMessageContaining(other.recipient());
              assertThat(e.getMessage()).doesNotContain("SECRET");
            });
  }

  @Test
  void theMessageAboutManyIdentitiesIsShort() throws Exception {
    var text = new StringBuilder();
    for (int i = 0; i < Identities.MAX; i++) {
      text.append(Keys.generate().identity()).append('\n');
    }
    var many = Identities.parse("identities", text.toString());

    assertThatThrownBy(() -> decrypted(encrypted(), many))
        .isInstanceOf(AgeException.class)
        .hasMessageEndingWith("and 61 more")
        .extracting(e -> e.getMessage().length())
        .satisfies(length -> assertThat((Integer) length).isLessThan(400));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PGDMP...",
        "age-encryption.org/v2\n-> X25519 x\n",
        "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl",
        "age-encryption.org/v1 \n",
        "a much longer text that is none of age's, for sure"
      })
  void whatIsNoAgeFileIsCalledSo(String text) throws Exception {
    assertThat(read(text.getBytes(StandardCharsets.US_ASCII)).problem()).contains(Problem.NOT_AGE);
  }

  @Test
  void everyChangedBitOfTheHeaderIsNoticedBeforeAByteIsGiven() throws Exception {
    var good = encrypted();
    int mac = new String(good, StandardCharsets.ISO_8859_1).indexOf("\n--- ") + 5;
    int end = payload(good) - AgeEncryption.NONCE;
    int version = "age-encryption.org/v1\n".length();
    for (int index = 0; index < payload(good); index++) {
      for (int bit = 0; bit < 8; bit++) {
        var outcome = read(flipped(good, index, bit));
        assertThat(outcome.given()).isEmpty();
        assertThat(outcome.problem()).as("byte %d bit %d", index, bit).isPresent();
        if (index < version) {
          assertThat(outcome.problem()).contains(Problem.NOT_AGE);
        } else if (index >= mac && index < end) {
          assertThat(outcome.problem()).contains(Problem.DAMAGED);
        }
      }
    }
  }

  @Test
  void aChangedBitInAnyChunkIsNoticedAndWhatStandsBeforeItIsGiven() throws Exception {
    var good = encrypted();
    int payload = payload(good);
    for (int chunk = 0; chunk < 4; chunk++) {
      int begin = payload + chunk * Chunks.ENCRYPTED;
      int last = Math.min(begin + Chunks.ENCRYPTED, good.length) - 1;
      for (int index : new int[] {begin, (begin + last) / 2, last - Chunks.TAG, last}) {
        assertDamaged(flipped(good, index, index % 8), chunk * CHUNK);
      }
    }
  }

  @Test
  void aFileThatIsCutOffAnywhereIsNoticed() throws Exception {
    var good = encrypted();
    int payload = payload(good);
    for (int length = 1; length < payload; length++) {
      assertThat(read(Arrays.copyOf(good, length)).problem()).contains(Problem.DAMAGED);
    }
    // within a chunk
    for (int chunk = 0; chunk < 4; chunk++) {
      int begin = payload + chunk * Chunks.ENCRYPTED;
      for (int more : new int[] {1, Chunks.TAG - 1, Chunks.TAG, Chunks.TAG + 1, 999}) {
        assertDamaged(Arrays.copyOf(good, begin + more), chunk * CHUNK);
      }
    }
    assertDamaged(Arrays.copyOf(good, good.length - 1), 3 * CHUNK);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aFileThatIsCutOffBetweenChunksIsNoticed(int chunks) throws Exception {
    var good = encrypted();
    var cut = Arrays.copyOf(good, payload(good) + chunks * Chunks.ENCRYPTED);

    // the chunk that is now the last is not marked as such
    assertDamaged(cut, Math.max(0, chunks - 1) * CHUNK);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK, 3 * CHUNK, 3 * CHUNK + 1000})
  void whatFollowsTheEndIsNoticed(int length) throws Exception {
    var good = encrypted(Arrays.copyOf(CONTENT, length), KEYS.recipients());
    for (int more : new int[] {1, Chunks.TAG, Chunks.ENCRYPTED, Chunks.ENCRYPTED + 1}) {
      var outcome = read(Arrays.copyOf(good, good.length + more));
      assertThat(outcome.problem()).contains(Problem.DAMAGED);
      assertThat(outcome.given().length).isLessThanOrEqualTo(length);
    }
  }

  @Test
  void chunksThatChangedPlacesAreNoticed() throws Exception {
    var swapped = encrypted();
    int first = payload(swapped);
    var one = Arrays.copyOfRange(swapped, first, first + Chunks.ENCRYPTED);
    System.arraycopy(swapped, first + Chunks.ENCRYPTED, swapped, first, Chunks.ENCRYPTED);
    System.arraycopy(one, 0, swapped, first + Chunks.ENCRYPTED, Chunks.ENCRYPTED);

    assertDamaged(swapped, 0);
  }

  @Test
  void aChunkThatIsMissingIsNoticed() throws Exception {
    var good = encrypted();
    int second = payload(good) + Chunks.ENCRYPTED;
    var bytes = new ByteArrayOutputStream();
    bytes.write(good, 0, second);
    bytes.write(good, second + Chunks.ENCRYPTED, good.length - second - Chunks.ENCRYPTED);

    assertDamaged(bytes.toByteArray(), CHUNK);
  }

  @Test
  void anEmptyLastChunkBehindOthersIsRefused() throws Exception {
    var header = ByteBuffer.allocate(1000);
    var key =
        new StandardPayloadKeyWriter()
            .writeFileHeader(header, List.copyOf(KEYS.recipients().writers()));
    var chunks = Chunks.encrypting(key);
    var bytes = new ByteArrayOutputStream();
    bytes.write(header.array(), 0, header.position());
    var encrypted = new byte[Chunks.ENCRYPTED];
    bytes.write(encrypted, 0, chunks.next(CONTENT, 0, CHUNK, false, encrypted));
    bytes.write(encrypted, 0, chunks.next(CONTENT, 0, 0, true, encrypted));

    // the format has one form for each content
    assertDamaged(bytes.toByteArray(), CHUNK);
  }

  @Test
  void onceDamageWasFoundNothingMoreIsGiven() throws Exception {
    var bad = flipped(encrypted(), payload(encrypted()) + Chunks.ENCRYPTED + 5, 0);
    try (var in = AgeDecryption.of(new ByteArrayInputStream(bad), KEYS.identities())) {
      assertThat(in.readNBytes(CHUNK)).hasSize(CHUNK);
      var first = catchThrowable(in::read);
      assertThat(first).isInstanceOf(AgeException.class);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(in::read).isSameAs(first);
        assertThatThrownBy(() -> in.read(new byte[10])).isSameAs(first);
        assertThat(in.available()).isZero();
      }
    }
  }

  @Test
  void anErrorOfTheInputIsPassedOnAndIsNoEnd() throws Exception {
    var half = new ByteArrayInputStream(encrypted(), 0, 2 * CHUNK);
    var unplugged =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("unplugged");
          }
        };
    try (var in = AgeDecryption.of(new SequenceInputStream(half, unplugged), KEYS.identities())) {
      assertThat(in.readNBytes(CHUNK)).hasSize(CHUNK);
      assertThatThrownBy(in::read).hasMessage("unplugged");
      assertThatThrownBy(in::read).hasMessage("unplugged");
    }
  }

  @Test
  void afterAnAbortNothingIsWrittenAndTheRestIsNotWhole() throws Exception {
    for (int length : new int[] {0, 100, CHUNK, CHUNK + 1}) {
      var bytes = new ByteArrayOutputStream();
      var out = AgeEncryption.to(bytes, KEYS.recipients());
      out.write(CONTENT, 0, length);
      int before = bytes.size();

      out.abort();
      out.close();

      assertThat(bytes.size()).isEqualTo(before);
      assertThat(read(bytes.toByteArray()).problem()).contains(Problem.DAMAGED);
      assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
      assertThatThrownBy(out::finish).isInstanceOf(IOException.class);
    }
  }

  @Test
  void afterAFailedWriteNoEndIsWritten() throws Exception {
    var bytes = new ByteArrayOutputStream();
    var full = new boolean[1];
    var sink =
        new OutputStream() {
          @Override
          public void write(int one) {
            throw new UnsupportedOperationException();
          }

          @Override
          public void write(byte[] from, int offset, int length) throws IOException {
            if (full[0]) {
              throw new IOException("no space left");
            }
            bytes.write(from, offset, length);
          }
        };
    var out = AgeEncryption.to(sink, KEYS.recipients());
    out.write(CONTENT, 0, CHUNK + 1);
    int before = bytes.size();
    full[0] = true;
    assertThatThrownBy(() -> out.write(CONTENT)).hasMessage("no space left");
    full[0] = false;

    out.close();

    assertThat(bytes.size()).isEqualTo(before);
  }

  @Test
  void closingTwiceWritesOneEnd() throws Exception {
    var bytes = new ByteArrayOutputStream();
    var out = AgeEncryption.to(bytes, KEYS.recipients());
    out.write(CONTENT);
    out.close();
    int length = bytes.size();

    out.close();
    out.abort();

    assertThat(bytes.size()).isEqualTo(length);
    assertThat(read(bytes.toByteArray()).problem()).isEmpty();
  }

  @Test
  void aClosedStreamGivesNothing() throws Exception {
    var in = AgeDecryption.of(new ByteArrayInputStream(encrypted()), KEYS.identities());
    in.read();
    in.close();

    assertThatThrownBy(in::read).isInstanceOf(IOException.class);
  }

  @Test
  void aHeaderWithoutEndIsGivenUp() throws Exception {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes("age-encryption.org/v1\n".getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes("-> x\n\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));

    assertThat(read(bytes.toByteArray()).problem()).contains(Problem.DAMAGED);
  }
}
