package io.pgcask.runner.stored;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.pgcask.api.v1alpha1.Compression.Method;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/** Undoes what pg_dump did to a Plain dump. */
public final class Decompression {
  private static final int BUFFER = 64 << 10;

  private Decompression() {}

  /** The plain text; closing it closes the given stream. */
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
    try {
      return new ZstdInputStreamNoFinalizer(in);
    } catch (LinkageError e) {
      throw new IOException("the zstd library cannot be loaded; is /tmp mounted noexec?", e);
    }
  }
}
