package io.pgcask.runner.age;

import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.format.StandardPayloadKeyReader;
import io.pgcask.runner.age.AgeException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads an age file. Gives a byte only when its chunk was authenticated, and the end only when the
 * last chunk was, and the input ends behind it. Once something was wrong, every further read fails.
 *
 * <p>Holds two chunks of 64 KiB. For one thread.
 */
public final class AgeDecryption extends InputStream {
  private static final int SHOWN = 3;

  private final InputStream in;
  private final Chunks chunks;

  /** One more than a chunk: whether something follows tells whether it is the last. */
  private final byte[] encrypted = new byte[Chunks.ENCRYPTED + 1];

  private final byte[] plain = new byte[Chunks.PLAIN];

  private int ahead;
  private int position;
  private int limit;
  private long whole;
  private boolean ended;
  private Optional<IOException> failure = Optional.empty();

  private AgeDecryption(InputStream in, Chunks chunks) {
    this.in = in;
    this.chunks = chunks;
  }

  /**
   * Reads the header, which tells whether the identities fit: open and close to only ask that.
   *
   * @param in is closed by {@link #close}; read to its end before the end is given here
   * @throws AgeException NOT_AGE, NO_IDENTITY or DAMAGED. A changed bit in the part of the header
   *     that is for these identities looks as if none of them matched
   * @throws IOException of the input
   */
  public static AgeDecryption of(InputStream in, Identities identities) throws IOException {
    var header = HeaderBytes.read(in);
    try {
      return new AgeDecryption(in, Chunks.decrypting(key(header, identities)));
    } catch (UnsupportedRecipientStanzaException e) {
      throw new AgeException(
          Problem.NO_IDENTITY,
          "the backup is encrypted, and no identity that was given opens it; given were those of "
              + shown(identities.recipients()),
          e);
    } catch (GeneralSecurityException e) {
      throw new AgeException(Problem.DAMAGED, "the header of the age file is damaged", e);
    }
  }

  /** Some of them: a status has little room. */
  private static String shown(List<String> recipients) {
    var some = recipients.stream().limit(SHOWN).collect(Collectors.joining(", "));
    int more = recipients.size() - SHOWN;
    return more > 0 ? "%s and %d more".formatted(some, more) : some;
  }

  private static Key key(byte[] header, Identities identities)
      throws GeneralSecurityException, IOException {
    return new StandardPayloadKeyReader()
        .getPayloadKey(ByteBuffer.wrap(header), List.of(identities.reader()));
  }

  @Override
  public int read() throws IOException {
    return fill() ? plain[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(plain, position, bytes, offset, count);
    position += count;
    return count;
  }

  /** Bytes that can be read without waiting for the input. */
  @Override
  public int available() {
    return limit - position;
  }

  /** Whether a byte is there; if not, it is the end. */
  private boolean fill() throws IOException {
    while (position == limit) {
      if (failure.isPresent()) {
        throw failure.get();
      }
      if (ended) {
        return false;
      }
      try {
        next();
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
    return true;
  }

  private void next() throws IOException {
    position = 0;
    limit = 0;
    int count = ahead + in.readNBytes(encrypted, ahead, encrypted.length - ahead);
    boolean last = count < encrypted.length;
    int length = last ? count : Chunks.ENCRYPTED;
    // only an empty file has an empty chunk
    if (length < Chunks.TAG || (length == Chunks.TAG && whole > 0)) {
      throw damaged();
    }
    try {
      limit = chunks.next(encrypted, 0, length, last, plain);
    } catch (GeneralSecurityException e) {
      throw damaged();
    }
    whole += limit;
    ended = last;
    if (!last) {
      encrypted[0] = encrypted[Chunks.ENCRYPTED];
      ahead = 1;
    }
  }

  private AgeException damaged() {
    return new AgeException(
        Problem.DAMAGED,
        "the age file is damaged or cut off; only the first %d bytes of its content are whole"
            .formatted(whole));
  }

  @Override
  public void close() throws IOException {
    position = limit;
    failure = Optional.of(new IOException("the decrypted stream is closed"));
    in.close();
  }
}
