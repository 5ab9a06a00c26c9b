package io.pgcask.runner.age;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.format.StandardPayloadKeyWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;

/**
 * Encrypts what is written to it into another stream. Only {@link #close} writes the chunk that
 * makes the output whole; after {@link #abort}, or after a write that failed, it does not, and no
 * reader takes for whole what was written until then.
 *
 * <p>Holds two chunks of 64 KiB. For one thread.
 */
public final class AgeEncryption extends OutputStream {
  /** The nonce that stands between header and chunks. */
  static final int NONCE = 16;

  private static final int HEADER_BASE = 128;
  private static final int HEADER_PER_RECIPIENT = 128;

  private final OutputStream sink;
  private final Chunks chunks;
  private final byte[] plain = new byte[Chunks.PLAIN];
  private final byte[] encrypted = new byte[Chunks.ENCRYPTED];

  private int filled;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    CLOSED,
    /** Something is missing in the sink, or somebody has given up. */
    BROKEN
  }

  private AgeEncryption(OutputStream sink, Chunks chunks) {
    this.sink = sink;
    this.chunks = chunks;
  }

  /**
   * Writes the header and gives a stream for the rest.
   *
   * @param sink is closed by {@link #close} and not by {@link #abort}
   * @throws AgeException if the recipients cannot be used, which {@link Recipients} would have said
   * @throws IOException of the sink
   */
  public static AgeEncryption to(OutputStream sink, Recipients recipients) throws IOException {
    try {
      return begin(sink, recipients.writers());
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  private static AgeEncryption begin(OutputStream sink, List<RecipientStanzaWriter> writers)
      throws GeneralSecurityException, IOException {
    var header = ByteBuffer.allocate(HEADER_BASE + HEADER_PER_RECIPIENT * writers.size());
    var key = new StandardPayloadKeyWriter().writeFileHeader(header, writers);
    var encryption = new AgeEncryption(sink, Chunks.encrypting(key));
    sink.write(header.array(), 0, header.position());
    return encryption;
  }

  private static AgeException failed(GeneralSecurityException e) {
    return new AgeException(
        AgeException.Problem.ENCRYPTION, "encrypting failed: " + e.getMessage(), e);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (state != State.OPEN) {
      throw notOpen();
    }
    int from = offset;
    int rest = length;
    // A full chunk waits for the next byte: only then it is known not to be the last.
    while (rest > Chunks.PLAIN - filled) {
      if (filled == 0) {
        chunk(bytes, from, Chunks.PLAIN, false);
        from += Chunks.PLAIN;
        rest -= Chunks.PLAIN;
      } else {
        int count = Chunks.PLAIN - filled;
        System.arraycopy(bytes, from, plain, filled, count);
        from += count;
        rest -= count;
        chunk(plain, 0, Chunks.PLAIN, false);
        filled = 0;
      }
    }
    System.arraycopy(bytes, from, plain, filled, rest);
    filled += rest;
  }

  private void chunk(byte[] bytes, int offset, int length, boolean last) throws IOException {
    // whatever is thrown here, this chunk is missing in the sink
    state = State.BROKEN;
    int count;
    try {
      count = chunks.next(bytes, offset, length, last, encrypted);
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
    sink.write(encrypted, 0, count);
    state = State.OPEN;
  }

  /** Flushes the sink. What does not fill a chunk stays here: the format has no way to write it. */
  @Override
  public void flush() throws IOException {
    sink.flush();
  }

  /**
   * Gives up: the output stays without its end, and {@link #close} will not write one. For use in a
   * {@code catch} or {@code finally} before a close. Does nothing after a close.
   */
  public void abort() {
    if (state == State.OPEN) {
      state = State.BROKEN;
    }
  }

  /**
   * Writes the last chunk, which makes the output whole, and leaves the sink open. Nothing can be
   * written afterwards.
   *
   * @throws IOException if this was aborted or closed, if an earlier write has failed, or of the
   *     sink; the output is not whole then
   */
  public void finish() throws IOException {
    if (state != State.OPEN) {
      throw notOpen();
    }
    chunk(plain, 0, filled, true);
    sink.flush();
    state = State.CLOSED;
  }

  /**
   * As {@link #finish}, and closes the sink; after an abort, or a write that has failed, it only
   * closes the sink.
   *
   * @throws IOException of the sink; the output is not whole then
   */
  @Override
  public void close() throws IOException {
    try (sink) {
      if (state == State.OPEN) {
        finish();
      }
    }
  }

  private IOException notOpen() {
    return new IOException(
        state == State.CLOSED
            ? "the encrypted stream is closed"
            : "the encrypted stream is broken off");
  }
}
