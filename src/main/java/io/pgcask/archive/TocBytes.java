package io.pgcask.archive;

import io.pgcask.archive.ArchiveException.Problem;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a table of contents and what pg_dump makes of them: integers and texts. */
final class TocBytes {
  private final InputStream in;
  private long left;
  private long memory;
  private long count;
  private int integerBytes;

  /**
   * Of a stream.
   *
   * @param in buffered
   * @param length how many bytes are the table's own
   * @param memory how many bytes may be kept
   */
  TocBytes(InputStream in, long length, long memory) {
    this.in = in;
    this.left = length;
    this.memory = memory;
  }

  void integerBytes(int length) {
    integerBytes = length;
  }

  /** Whether every byte was read that there is. */
  boolean atEnd() throws IOException {
    return left == 0 || in.read() < 0;
  }

  int octet() throws ArchiveException, IOException {
    take(1);
    int octet = in.read();
    if (octet < 0) {
      throw truncated();
    }
    return octet;
  }

  /** A number of that many bytes, the least significant first, at most 8. */
  long number(int length) throws ArchiveException, IOException {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number |= (long) octet() << (8 * i);
    }
    return number;
  }

  /** A sign and an absolute value. */
  int integer() throws ArchiveException, IOException {
    int sign = octet();
    long value = number(integerBytes);
    if (sign > 1 || value < 0 || value > Integer.MAX_VALUE) {
      throw corrupt("holds an integer that is none");
    }
    return sign == 0 ? (int) value : (int) -value;
  }

  /** An integer that is a count or a number of something. */
  int integer(int least, int most, String what) throws ArchiveException, IOException {
    int value = integer();
    if (value < least || value > most) {
      throw corrupt("has %s of %d".formatted(what, value));
    }
    return value;
  }

  /** Whether a text comes, not the mark that there is none; and its length. */
  int textLength() throws ArchiveException, IOException {
    int length = integer();
    if (length < -1) {
      throw corrupt("holds a text of %d bytes".formatted(length));
    }
    return length;
  }

  /** The bytes of a text; nothing is allocated for those that do not come. */
  byte[] text(int length) throws ArchiveException, IOException {
    take(length);
    keep(length);
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw truncated();
    }
    for (byte octet : bytes) {
      if (octet == 0) {
        // pg_restore would take the text to end here, and see another name than we
        throw corrupt("holds a text with a zero byte");
      }
    }
    return bytes;
  }

  static ArchiveException corrupt(String what) {
    return new ArchiveException(
        Problem.CORRUPT, "The archive's table of contents is damaged: it " + what + ".");
  }

  /** Says how much memory something will take, before it does. */
  void keep(int size) throws ArchiveException {
    if (size > memory) {
      throw new ArchiveException(
          Problem.TOO_LARGE, "The archive's table of contents needs more memory than there is.");
    }
    memory -= size;
  }

  private void take(int length) throws ArchiveException {
    if (length > left) {
      throw corrupt("goes on behind its own file");
    }
    left -= length;
    count += length;
  }

  /** How many were read. */
  long count() {
    return count;
  }

  static ArchiveException truncated() {
    return new ArchiveException(
        Problem.TRUNCATED, "The archive ends within its table of contents: it is incomplete.");
  }
}
