package io.pgcask.runner.stored;

import java.io.IOException;
import java.io.InputStream;

/**
 * A dump in one file, for a tool's stdin.
 *
 * @param input what lies in storage, at its beginning
 * @param plain the same, decrypted if it is encrypted
 */
public record DumpStream(StoredInput input, InputStream plain) implements StoredDump {
  @Override
  public long bytesRead() {
    return input.count();
  }

  @Override
  public void verifyRest() throws IOException {
    input.drain();
  }

  @Override
  public void close() throws IOException {
    try (input) {
      plain.close();
    }
  }
}
