package io.pgcask.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.management.ThreadMXBean;
import io.pgcask.archive.Archive.Container;
import io.pgcask.archive.ArchiveException.Problem;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ArchiveReaderTest {
  static final List<String> ALL = Archives.ALL;
  static final List<String> VERSIONS = Archives.VERSIONS;

  private static final String ODD = "a \"b\"\nc ä😀";

  private static ArchiveEntry entry(Archive archive, String desc, String tag) {
    return archive.entries().stream()
        .filter(entry -> entry.desc().equals(desc) && entry.tag().equals(tag))
        .findFirst()
        .orElseThrow();
  }

  private static Problem problem(byte[] bytes) {
    return problem(bytes, Archives.LIMITS);
  }

  private static Problem problem(byte[] bytes, ArchiveLimits limits) {
    try {
      ArchiveReader.read(new ByteArrayInputStream(bytes), limits);
      throw new AssertionError("was read");
    } catch (ArchiveException e) {
      assertThat(e).hasMessageEndingWith(".");
      return e.problem();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void seesWhatPgRestoreLists(String name) throws Exception {
    var expected = Archives.text(name + ".list.txt").lines().toList();

    assertThat(ArchiveListing.of(Archives.read(name))).isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void readsEveryField(String version) throws Exception {
    var archive = Archives.read(version + ".custom");
    var table = entry(archive, "TABLE", ODD);
    var data = entry(archive, "TABLE DATA", ODD);
    var trigger = entry(archive, "TRIGGER", ODD + " t r");

    assertThat(table.definition())
        .startsWith("CREATE TABLE \"odd.schema\".\"a \"\"b\"\"\nc ä😀\" (");
    assertThat(table.drop()).isEqualTo("DROP TABLE \"odd.schema\".\"a \"\"b\"\"\nc ä😀\";\n");
    assertThat(table.copy()).isEmpty();
    assertThat(table.namespace()).isEqualTo("odd.schema");
    assertThat(table.owner()).isEqualTo("postgres");
    assertThat(table.tableAccessMethod()).isEqualTo("heap");
    assertThat(table.tablespace()).isEmpty();
    assertThat(table.section()).isEqualTo(ArchiveSection.PRE_DATA);
    assertThat(table.hadDumper()).isFalse();
    assertThat(table.data()).isEqualTo(new DataPlace.None());
    assertThat(table.relationKind())
        .isEqualTo(version.equals("1.16") ? Optional.of('r') : Optional.empty());
    assertThat(data.copy()).startsWith("COPY \"odd.schema\".\"a \"\"b\"\"\nc ä😀\" (id, \"x y\")");
    assertThat(data.section()).isEqualTo(ArchiveSection.DATA);
    assertThat(data.hadDumper()).isTrue();
    assertThat(data.dependencies()).containsExactly(table.dumpId());
    assertThat(trigger.section()).isEqualTo(ArchiveSection.POST_DATA);
    assertThat(entry(archive, "COMMENT", "TABLE \"a \"\"b\"\"\nc ä😀\"").section())
        .isEqualTo(ArchiveSection.NONE);
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void knowsWhereTheDataLies(String version) throws Exception {
    var bytes = Archives.bytes(version + ".custom");
    var custom = entry(Archives.read(bytes), "TABLE DATA", ODD);
    var tar = entry(Archives.read(version + ".tar"), "TABLE DATA", ODD);
    var directory = entry(Archives.read(version + ".toc"), "TABLE DATA", ODD);

    // There stands a mark of a block of data, and the entry's number.
    int at = (int) ((DataPlace.Offset) custom.data()).position();
    assertThat(bytes[at]).isEqualTo((byte) 1);
    assertThat((bytes[at + 2] & 0xff) | (bytes[at + 3] & 0xff) << 8).isEqualTo(custom.dumpId());
    assertThat(tar.data()).isEqualTo(new DataPlace.File(tar.dumpId() + ".dat"));
    assertThat(directory.data()).isEqualTo(new DataPlace.File(directory.dumpId() + ".dat"));
  }

  @Test
  void tellsWhatTheArchiveLiesIn() throws Exception {
    assertThat(Archives.read("1.16.custom").container()).isEqualTo(Container.CUSTOM);
    assertThat(Archives.read("1.16.tar").container()).isEqualTo(Container.TAR);
    assertThat(Archives.read("1.16.toc").container()).isEqualTo(Container.DIRECTORY);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void everyBeginningIsTruncated(String name) throws Exception {
    var bytes = Archives.bytes(name);
    int end = endOfContents(name);
    for (int length = 5; length < end; length += length < 520 ? 1 : length / 40) {
      assertThat(problem(Arrays.copyOf(bytes, length)))
          .as("%d bytes", length)
          .isEqualTo(Problem.TRUNCATED);
    }
  }

  /** The shortest beginning that can be read. */
  private static int endOfContents(String name) throws Exception {
    if (name.endsWith(".toc")) {
      return Archives.bytes(name).length;
    }
    var bytes = Archives.bytes(name);
    int low = 0;
    int high = bytes.length;
    while (low < high) {
      int middle = (low + high) / 2;
      try {
        Archives.read(Arrays.copyOf(bytes, middle));
        high = middle;
      } catch (ArchiveException e) {
        low = middle + 1;
      }
    }
    return low;
  }

  @Test
  void doesNotReadTheData() throws Exception {
    var contents = Archives.bytes("1.16.custom");
    var read = new AtomicLong();
    var data =
        new InputStream() {
          @Override
          public int read() {
            read.incrementAndGet();
            return 0;
          }
        };

    ArchiveReader.read(
        new SequenceInputStream(new ByteArrayInputStream(contents), data), Archives.LIMITS);

    assertThat(read).hasValueLessThanOrEqualTo(64 << 10);
  }

  @ParameterizedTest
  @CsvSource({
    "'',NOT_AN_ARCHIVE",
    "PGDM,NOT_AN_ARCHIVE",
    "'-- PostgreSQL database dump',NOT_AN_ARCHIVE",
    "PGDMP,TRUNCATED",
    "toc.d,TRUNCATED",
  })
  void refusesWhatIsNoArchive(String text, Problem problem) {
    assertThat(problem(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "5,0,TOO_OLD", // major
    "5,2,TOO_NEW",
    "6,13,TOO_OLD", // minor
    "6,17,TOO_NEW",
    "8,0,CORRUPT", // length of integers
    "8,9,CORRUPT",
    "9,0,CORRUPT", // length of offsets
    "9,9,CORRUPT",
    "10,2,CORRUPT", // format
    "10,5,CORRUPT",
    "11,4,CORRUPT", // compression
    "17,2,CORRUPT", // sign of the minute
    "18,60,CORRUPT", // minute
    "28,32,CORRUPT", // day
    "33,12,CORRUPT", // month
  })
  void refusesAHeaderThatPgDumpDoesNotWrite(int at, int value, Problem problem) {
    var bytes = Archives.bytes("1.16.custom");
    bytes[at] = (byte) value;

    assertThat(problem(bytes)).isEqualTo(problem);
  }

  @Test
  void refusesALengthWithoutItsBytes() {
    var bytes = Arrays.copyOf(Archives.bytes("1.16.custom"), 52);
    bytes[47] = 0; // the sign, and four bytes of length of the database's name
    Arrays.fill(bytes, 48, 51, (byte) 0xff);
    bytes[51] = 0x7f;

    assertThat(problem(bytes)).isEqualTo(Problem.TOO_LARGE);
    assertThat(problem(bytes, new ArchiveLimits(10, Long.MAX_VALUE))).isEqualTo(Problem.TRUNCATED);
  }

  @Test
  void keepsToItsLimits() {
    var bytes = Archives.bytes("1.16.custom");

    assertThat(problem(bytes, new ArchiveLimits(10, 1 << 20))).isEqualTo(Problem.TOO_LARGE);
    assertThat(problem(bytes, new ArchiveLimits(1000, 1000))).isEqualTo(Problem.TOO_LARGE);
    assertThat(problem(Archives.bytes("1.16.tar"), new ArchiveLimits(1000, 1000)))
        .isEqualTo(Problem.TOO_LARGE);
  }

  @Test
  void manySmallEntriesEndAtTheLimitOfMemory() throws Exception {
    var bytes = SmallEntries.archive(100_000);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long memory = threads.getCurrentThreadAllocatedBytes();

    assertThat(problem(bytes, new ArchiveLimits(Integer.MAX_VALUE, 8 << 20)))
        .isEqualTo(Problem.TOO_LARGE);

    assertThat(threads.getCurrentThreadAllocatedBytes() - memory)
        .as("with everything that was thrown away")
        .isLessThan(32 << 20);
    var enough = new ArchiveLimits(Integer.MAX_VALUE, 64 << 20);
    assertThat(ArchiveReader.read(new ByteArrayInputStream(bytes), enough).entries())
        .hasSize(100_000);
  }

  @Test
  void refusesMoreThanTheContentsInTheirOwnFile() {
    var bytes = Archives.bytes("1.16.toc");

    assertThat(problem(Arrays.copyOf(bytes, bytes.length + 1))).isEqualTo(Problem.CORRUPT);
  }

  @Test
  void refusesATarFileWithADamagedHeader() {
    var bytes = Archives.bytes("1.16.tar");
    bytes[130]++;

    assertThat(problem(bytes)).isEqualTo(Problem.NOT_AN_ARCHIVE);
  }

  @Test
  void readsNamesInTheEncodingOfTheDump() throws Exception {
    var text = new TocText();
    text.encoding("SET client_encoding = 'LATIN1';\n");
    assertThat(text.of(new byte[] {(byte) 0xe4})).isEqualTo("ä");
    text.encoding("SET client_encoding = 'WIN1251';\n");
    assertThat(text.of(new byte[] {(byte) 0xe4})).isEqualTo("д");
    text.encoding("SET client_encoding = 'SQL_ASCII';\n");
    assertThat(text.of(new byte[] {(byte) 0xc3, (byte) 0xa4})).isEqualTo("ä");
    assertThat(text.of(new byte[] {(byte) 0xe4, 'x'})).isEqualTo("äx");

    assertThatThrownBy(() -> text.encoding("SET search_path = '';"))
        .asInstanceOf(type(ArchiveException.class))
        .extracting(ArchiveException::problem)
        .isEqualTo(Problem.CORRUPT);
  }
}
