package io.pgcask.runner.age;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * The payload of an age file, chunk after chunk: ChaCha20-Poly1305 with the nonce of the STREAM
 * construction, a counter of eleven bytes and one that is 1 in the last chunk alone. So chunks can
 * be neither left out nor exchanged, and an end is recognised as one.
 */
final class Chunks {
  /** Bytes of a chunk, the last one aside, which is shorter or equal. */
  static final int PLAIN = 64 << 10;

  /** Bytes of the authentication tag behind each chunk. */
  static final int TAG = 16;

  /** Bytes of an encrypted chunk. */
  static final int ENCRYPTED = PLAIN + TAG;

  private static final int NONCE = 12;
  private static final int COUNTER_AT = 3;
  private static final int LAST_FLAG_AT = 11;

  private final Cipher cipher;
  private final int mode;
  private final Key key;
  private long counter;

  private Chunks(int mode, Key key) throws GeneralSecurityException {
    this.cipher = Cipher.getInstance("ChaCha20-Poly1305");
    this.mode = mode;
    this.key = key;
  }

  static Chunks encrypting(Key key) throws GeneralSecurityException {
    return new Chunks(Cipher.ENCRYPT_MODE, key);
  }

  static Chunks decrypting(Key key) throws GeneralSecurityException {
    return new Chunks(Cipher.DECRYPT_MODE, key);
  }

  /** How many chunks are through. */
  long count() {
    return counter;
  }

  /**
   * Encrypts or decrypts the next chunk.
   *
   * @param last whether it is the last one
   * @param to takes the result from index 0 on
   * @return length of the result
   * @throws javax.crypto.AEADBadTagException if decrypting finds that it is another chunk
   */
  int next(byte[] from, int offset, int length, boolean last, byte[] to)
      throws GeneralSecurityException {
    var nonce = new byte[NONCE];
    // The counter has 88 bits. 63 of them are 2^79 bytes.
    ByteBuffer.wrap(nonce).putLong(COUNTER_AT, counter);
    nonce[LAST_FLAG_AT] = (byte) (last ? 1 : 0);
    counter++;
    cipher.init(mode, key, new IvParameterSpec(nonce));
    return cipher.doFinal(from, offset, length, to, 0);
  }
}
