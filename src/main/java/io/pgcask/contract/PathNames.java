package io.pgcask.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of people as parts of a path in storage: bytes outside {@code [A-Za-z0-9._-]} are
 * percent-encoded, so that a database called {@code a/b} or {@code ..} is harmless and every part
 * is legal in S3, on volumes and in a shell. The original names stand in the manifest.
 */
public final class PathNames {
  /** Longest part, in bytes, before the hash that replaces what was cut. */
  public static final int MAX_BYTES = 120;

  private static final int HASH_DIGITS = 8;

  private PathNames() {}

  /** Directory of the backups of a connection, relative to a storage. */
  public static String ofConnection(String namespace, String connection) {
    return encode(namespace) + "/" + encode(connection);
  }

  /**
   * Encodes one part of a path.
   *
   * @param name not empty
   * @return 1 to {@link #MAX_BYTES} ASCII characters; with 9 more, {@code -} and eight hexadecimal
   *     digits of the name's SHA-256, if it had to be cut
   */
  public static String encode(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a part of a path cannot be empty");
    }
    var encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(b)) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    if (name.equals(".") || name.equals("..")) {
      return encoded.toString().replace(".", "%2E");
    }
    if (encoded.length() <= MAX_BYTES) {
      return encoded.toString();
    }
    // never within a %XX
    int end = MAX_BYTES;
    int percent = encoded.lastIndexOf("%", end - 1);
    if (percent > end - 3) {
      end = percent;
    }
    return encoded.substring(0, end) + "-" + hash(name);
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '.'
        || b == '_'
        || b == '-';
  }

  private static String hash(String name) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
