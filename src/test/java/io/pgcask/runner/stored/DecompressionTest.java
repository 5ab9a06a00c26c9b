package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgcask.api.v1alpha1.Compression.Method;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecompressionTest {

  /** Several blocks of text that repeats itself across them. */
  private static byte[] text() {
    var text = new StringBuilder();
    var random = new Random(7);
    for (int i = 0; i < 300_000; i++) {
      text.append(Integer.toString(random.nextInt(500), 36));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] compressed(Method method) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = compress(bytes, method)) {
      out.write(text());
    }
    return bytes.toByteArray();
  }

  private static OutputStream compress(OutputStream out, Method method) throws IOException {
    return switch (method) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out);
      case ZSTD -> new ZstdOutputStreamNoFinalizer(out);
      case LZ4 ->
          // As pg_dump writes them: blocks depend on each other.
          new FramedLZ4CompressorOutputStream(
              out,
              new FramedLZ4CompressorOutputStream.Parameters(
                  FramedLZ4CompressorOutputStream.BlockSize.K64, true, false, true));
    };
  }

  private static byte[] read(byte[] bytes, Method method) throws IOException {
    try (var in = Decompression.of(new ByteArrayInputStream(bytes), method)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyMethodIsUndone(Method method) throws Exception {
    assertThat(Arrays.equals(read(compressed(method), method), text())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void noticesAnEndThatIsTooEarly(Method method) throws Exception {
    var bytes = compressed(method);

    for (int missing : new int[] {1, 3, 4, 7, 8, 100, bytes.length / 2}) {
      assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length - missing), method))
          .as("%d bytes", missing)
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void noticesThatThereIsNothing(Method method) {
    assertThatThrownBy(() -> read(new byte[0], method)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource
  void damageIsAnInputOutputErrorOrAnotherTextAndNothingElse(Method method) throws Exception {
    var good = compressed(method);
    var random = new Random(3);
    for (int i = 0; i < 40; i++) {
      var bad = good.clone();
      bad[random.nextInt(i < 20 ? 64 : bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        read(bad, method);
      } catch (IOException e) {
        // what DataLoad expects; the SHA-256 of the object finds the rest
      }
    }
  }
}
