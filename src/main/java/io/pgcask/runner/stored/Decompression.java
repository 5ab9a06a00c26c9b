package io.pgcask.runner.stored;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.pgcask.api.v1alpha1.Compression.Method;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/** Undoes what pg_dump did to a Plain dump. */
public final class Decompression {
  private static final int BUFFER = 64 << 10;

  /** What pg_dump appends to the name of a compressed file of a directory. */
  private static final Map<Method, String> SUFFIXES =
      Map.of(Method.GZIP, ".gz", Method.LZ4, ".lz4", Method.ZSTD, ".zst");

  private Decompression() {}

  /** How a file of a directory was compressed, by its name. */
  public static Method methodOf(String name) {
    return SUFFIXES.entrySet().stream()
        .filter(suffix -> name.endsWith(suffix.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Method.NONE);
  }

  /** The name of a file of a directory without what tells how it was compressed. */
  public static String plainName(String name) {
    var suffix = SUFFIXES.getOrDefault(methodOf(name), "");
    return name.substring(0, name.length() - suffix.length());
  }

  /**
   * The plain text; closing it closes the given stream. Input that is cut off is found out, which
   * pg_restore does not do: up to 18.6 it takes a cut zstd file for a shorter one.
   */
  public static InputStream of(InputStream in, Method method) throws IOException {
    return switch (method) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(in, BUFFER);
      case ZSTD -> zstd(in);
      // pg_dump writes blocks that refer to earlier ones, which lz4-java cannot read
      case LZ4 -> new FramedLZ4CompressorInputStream(new BufferedInputStream(in, BUFFER));
    };
  }

  /** A native library, which unpacks itself into the temporary directory. */
  private static InputStream zstd(InputStream in) throws IOException {
    var notEmpty = new PushbackInputStream(in);
    int first = notEmpty.read();
    if (first < 0) {
      throw new EOFException("it is empty, and even an empty text has a zstd frame");
    }
    notEmpty.unread(first);
    try {
      return new ZstdInputStreamNoFinalizer(notEmpty);
    } catch (LinkageError e) {
      throw new IOException("the zstd library cannot be loaded; is /tmp mounted noexec?", e);
    }
  }
}
