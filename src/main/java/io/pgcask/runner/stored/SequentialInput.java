package io.pgcask.runner.stored;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An input of which every byte goes through {@link #read(byte[], int, int)}, once and in its order:
 * who overrides that one sees them all.
 */
abstract class SequentialInput extends FilterInputStream {

  SequentialInput(InputStream in) {
    super(in);
  }

  @Override
  public final int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final long skip(long bytes) {
    return 0; // who wants to skip reads
  }

  @Override
  public final boolean markSupported() {
    return false;
  }
}
