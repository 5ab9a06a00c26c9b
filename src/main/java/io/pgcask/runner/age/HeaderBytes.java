package io.pgcask.runner.age;

import io.pgcask.runner.age.AgeException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes the header and the nonce behind it from a stream, and no byte more. */
final class HeaderBytes {
  private static final String FAMILY = "age-encryption.org/";
  private static final String VERSION = FAMILY + "v1";
  private static final String ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";

  /** Far more than {@link Recipients#MAX} need; the format has no limit. */
  private static final int LONGEST = 64 << 10;

  private HeaderBytes() {}

  /**
   * Reads.
   *
   * @throws AgeException NOT_AGE if the first line is another; DAMAGED if the end is missing
   */
  static byte[] read(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    readVersion(in, bytes);
    // Neither the lines of stanzas nor those of their bodies can begin so.
    while (!line(in, bytes).startsWith("---")) {
      if (bytes.size() > LONGEST) {
        throw endless();
      }
    }
    var nonce = in.readNBytes(AgeEncryption.NONCE);
    if (nonce.length < AgeEncryption.NONCE) {
      throw cutOff();
    }
    bytes.write(nonce);
    return bytes.toByteArray();
  }

  private static void readVersion(InputStream in, ByteArrayOutputStream bytes) throws IOException {
    var expected = (VERSION + "\n").getBytes(StandardCharsets.US_ASCII);
    var found = in.readNBytes(expected.length);
    bytes.write(found);
    if (Arrays.equals(found, expected)) {
      return;
    }
    var text = new String(found, StandardCharsets.ISO_8859_1);
    if (found.length > 0 && found.length < expected.length && VERSION.startsWith(text)) {
      throw cutOff();
    }
    if (ARMOR.startsWith(text) && !text.isEmpty()) {
      throw new AgeException(
          Problem.NOT_AGE,
          "the stored file is an armored age file; only the binary form can be read");
    }
    if (text.startsWith(FAMILY)) {
      throw new AgeException(
          Problem.NOT_AGE, "the stored file is an age file of another version than 1");
    }
    throw new AgeException(Problem.NOT_AGE, "the stored file is no age file");
  }

  /** Copies a line with its end, and gives it. */
  private static String line(InputStream in, ByteArrayOutputStream bytes) throws IOException {
    var line = new ByteArrayOutputStream();
    int one;
    do {
      one = in.read();
      if (one < 0) {
        throw cutOff();
      }
      line.write(one);
      if (line.size() > LONGEST) {
        throw endless();
      }
    } while (one != '\n');
    line.writeTo(bytes);
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static AgeException cutOff() {
    return new AgeException(Problem.DAMAGED, "the age file is cut off in its header");
  }

  private static AgeException endless() {
    return new AgeException(
        Problem.DAMAGED,
        "the header of the age file does not end within %d bytes".formatted(LONGEST));
  }
}
