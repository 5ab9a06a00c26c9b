package io.pgcask.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The archives in the test's resources, which real programs wrote. */
public final class Archives {
  static final List<String> VERSIONS = List.of("1.14", "1.15", "1.16");
  static final List<String> ALL =
      VERSIONS.stream()
          .flatMap(version -> Stream.of("custom", "tar", "toc").map(kind -> version + "." + kind))
          .toList();
  static final ArchiveLimits LIMITS = new ArchiveLimits(1000, 1 << 20);

  private Archives() {}

  /** Of the database that {@code rich.sql} makes, dumped from a server of that major. */
  public static Archive rich(int server) throws ArchiveException, IOException {
    try (var in =
        new GZIPInputStream(new ByteArrayInputStream(bytes("rich%d.toc.gz".formatted(server))))) {
      return ArchiveReader.read(in, LIMITS);
    }
  }

  static byte[] bytes(String name) {
    try (var in = Archives.class.getResourceAsStream("/archive/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  static Archive read(byte[] bytes) throws ArchiveException, IOException {
    return ArchiveReader.read(new ByteArrayInputStream(bytes), LIMITS);
  }

  static Archive read(String name) throws ArchiveException, IOException {
    return read(bytes(name));
  }
}
