package io.pgcask.runner.stored;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.UnaryOperator;

/**
 * A dump in one file, for a tool's stdin.
 *
 * @param input what lies in storage, at its beginning
 * @param plain the same without what lies around it, such as encryption
 */
public record DumpStream(StoredInput input, InputStream plain) implements StreamedDump {

  /** Closing it leaves it open for {@link #verifyRest}. */
  @Override
  public InputStream plain() {
    return new FilterInputStream(plain) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return in.read(bytes, offset, length);
      }

      @Override
      public void close() {
        // with the dump
      }
    };
  }

  /** The same, read through something. */
  DumpStream through(UnaryOperator<InputStream> filter) {
    return new DumpStream(input, filter.apply(plain));
  }

  @Override
  public long bytesRead() {
    return input.count();
  }

  @Override
  public void verifyRest() throws IOException {
    try {
      plain.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      if (input.hashed()) {
        input.drain(); // a wrong hash tells more
      }
      throw e;
    }
    input.drain();
  }

  @Override
  public void close() throws IOException {
    try (input) {
      plain.close();
    }
  }
}
