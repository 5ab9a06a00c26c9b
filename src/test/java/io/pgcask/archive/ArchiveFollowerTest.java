package io.pgcask.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.archive.ArchiveException.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ArchiveFollowerTest {
  static final List<String> FILES =
      Archives.VERSIONS.stream()
          .flatMap(version -> Stream.of(version + ".custom", version + ".tar"))
          .toList();

  /** In pieces of any size, as streams give them. */
  private static void follow(Archive archive, byte[] bytes) throws ArchiveException {
    var follower = ArchiveFollower.of(ArchiveShape.of(archive));
    var random = new Random(bytes.length);
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(1 + random.nextInt(random.nextBoolean() ? 3 : 900), bytes.length - at);
      follower.accept(bytes, at, length);
      at += length;
    }
    follower.end();
  }

  private static Problem problem(Archive archive, byte[] bytes) {
    try {
      follow(archive, bytes);
      throw new AssertionError("is whole");
    } catch (ArchiveException e) {
      assertThat(e).hasMessageEndingWith(".");
      return e.problem();
    }
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void aWholeArchiveIsWhole(String name) throws Exception {
    var archive = Archives.read(name);

    assertThatCode(() -> follow(archive, Archives.bytes(name))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void everyShorterOneIsIncomplete(String name) throws Exception {
    var archive = Archives.read(name);
    var bytes = Archives.bytes(name);
    for (int length = 0; length < bytes.length; length++) {
      assertThat(problem(archive, Arrays.copyOf(bytes, length)))
          .as("%d bytes", length)
          .isEqualTo(Problem.TRUNCATED);
    }
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void whatFollowsTheEndIsNoneOfIt(String name) throws Exception {
    var archive = Archives.read(name);
    var bytes = Arrays.copyOf(Archives.bytes(name), Archives.bytes(name).length + 512);
    Arrays.fill(bytes, bytes.length - 512, bytes.length, (byte) 1);

    assertThat(problem(archive, bytes)).isEqualTo(Problem.CORRUPT);
  }

  @Test
  void tarFilesMayBeFilledUpWithZeros() throws Exception {
    var bytes = Archives.bytes("1.16.tar");

    assertThatCode(
            () -> follow(Archives.read("1.16.tar"), Arrays.copyOf(bytes, bytes.length + 10 * 512)))
        .doesNotThrowAnyException();
  }

  @Test
  void namesWhatIsMissing() throws Exception {
    // Given a tar file whose last file but one is called otherwise
    var archive = Archives.read("1.16.tar");
    var bytes = Archives.bytes("1.16.tar");
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("blobs");
    bytes[at] = 'c';
    fixChecksum(bytes, at);

    // Then
    assertThatThrownBy(() -> follow(archive, bytes))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("blobs")
        .hasMessageContaining("which its table of contents names");
  }

  private static void fixChecksum(byte[] bytes, int header) {
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : bytes[header + i] & 0xff;
    }
    var digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, bytes, header + 148, digits.length);
  }

  @Test
  void dataOfAnEntryThatIsNotThereIsDamage() throws Exception {
    var archive = Archives.read("1.16.custom");
    var bytes = Archives.bytes("1.16.custom");
    int mark = (int) ArchiveShape.of(archive).contentsBytes();
    assertThat(bytes[mark]).isEqualTo((byte) 1);
    bytes[mark + 4] ^= 1; // of the number behind the mark and a sign

    assertThat(problem(archive, bytes)).isEqualTo(Problem.CORRUPT);
  }

  @Test
  void sizesBeyondOctalDigitsAreRead() throws Exception {
    var header = Arrays.copyOf(Archives.bytes("1.16.tar"), 512);
    long size = 20_000_000_000L;
    header[124] = (byte) 0x80;
    for (int i = 0; i < 11; i++) {
      header[135 - i] = i < 8 ? (byte) (size >> (8 * i)) : 0;
    }
    fixChecksum(header, 0);

    assertThat(TarMember.of(header)).isEqualTo(new TarMember("toc.dat", size));
  }
}
