package io.pgcask.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ArchiveReaderPropertyTest {
  /** The largest archive here has 6 KB of contents; a declared length may claim 2 GB. */
  private static final long MOST_MEMORY = 8L << 20;

  private static final long MOST_NANOSECONDS = 2_000_000_000L;

  @Provide
  Arbitrary<String> archives() {
    return Arbitraries.of(Archives.ALL);
  }

  @Property(tries = 4000)
  void whateverIsChangedTheEndIsAResultOrATypedError(
      @ForAll("archives") String name,
      @ForAll @IntRange(min = 1, max = 4) int changes,
      @ForAll long seed)
      throws IOException {
    var random = new Random(seed);
    var bytes = Archives.bytes(name);
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes, random);
    }

    readWithinBounds(bytes);
  }

  @Property(tries = 1000)
  void whateverFollowsTheMagicTheEndIsAResultOrATypedError(
      @ForAll @Size(max = 2000) byte[] following, @ForAll @IntRange(min = 14, max = 16) int minor)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {'P', 'G', 'D', 'M', 'P', 1, (byte) minor, 0, 4, 8, 1});
    bytes.write(following);

    readWithinBounds(bytes.toByteArray());
  }

  /** Anything thrown but the typed error fails the property. */
  private static void readWithinBounds(byte[] bytes) throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long memory = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    try {
      var archive = Archives.read(bytes);
      assertThat(archive.entries()).hasSizeLessThanOrEqualTo(Archives.LIMITS.entries());
    } catch (ArchiveException e) {
      assertThat(e.getMessage()).endsWith(".");
    }
    assertThat(System.nanoTime() - start).isLessThan(MOST_NANOSECONDS);
    assertThat(threads.getCurrentThreadAllocatedBytes() - memory).isLessThan(MOST_MEMORY);
  }

  private static byte[] changed(byte[] bytes, Random random) {
    if (bytes.length < 10) {
      return bytes;
    }
    int contents = Math.min(bytes.length, 7000);
    int at = random.nextInt(contents);
    int length = 1 + random.nextInt(Math.min(8, bytes.length - at));
    return switch (random.nextInt(6)) {
      case 0 -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
      case 1 -> Arrays.copyOf(bytes, at);
      case 2 -> {
        Arrays.fill(bytes, at, at + length, (byte) 0xff); // the largest lengths and counts
        yield bytes;
      }
      case 3 -> {
        Arrays.fill(bytes, at, at + length, (byte) 0);
        yield bytes;
      }
      case 4 -> spliced(bytes, at, at + length, new byte[0]);
      default -> {
        var inserted = new byte[length];
        random.nextBytes(inserted);
        yield spliced(bytes, at, at, inserted);
      }
    };
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    var spliced = Arrays.copyOf(bytes, from + between.length + bytes.length - to);
    System.arraycopy(between, 0, spliced, from, between.length);
    System.arraycopy(bytes, to, spliced, from + between.length, bytes.length - to);
    return spliced;
  }
}
