package io.pgcask.archive;

import io.pgcask.archive.ArchiveException.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of a file in a tar file. pg_dump writes the table of contents first.
 *
 * @param size in bytes
 */
record TarMember(String name, long size) {
  static final int HEADER = 512;

  private static final int NAME_END = 100;
  private static final int SIZE = 124;
  private static final int SIZE_END = 136;
  private static final int BASE_256 = 0x80;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_END = 156;

  /** Reads the header; its length is {@link #HEADER}. */
  static TarMember of(byte[] header) throws ArchiveException {
    long sum = 0;
    for (int i = 0; i < HEADER; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM_END ? ' ' : header[i] & 0xff;
    }
    if (sum != octal(header, CHECKSUM, CHECKSUM_END)) {
      throw notAnArchive();
    }
    int end = 0;
    while (end < NAME_END && header[end] != 0) {
      end++;
    }
    return new TarMember(
        new String(header, 0, end, StandardCharsets.ISO_8859_1), number(header, SIZE, SIZE_END));
  }

  /** In octal digits, or, where those are too few, in base 256 behind a mark. */
  private static long number(byte[] header, int from, int to) throws ArchiveException {
    if ((header[from] & 0xff) != BASE_256) {
      return octal(header, from, to);
    }
    long number = 0;
    for (int i = from + 1; i < to; i++) {
      if (number >> (Long.SIZE - 1 - Byte.SIZE) != 0) {
        throw notAnArchive();
      }
      number = number << Byte.SIZE | header[i] & 0xff;
    }
    return number;
  }

  private static long octal(byte[] header, int from, int to) throws ArchiveException {
    var text =
        new String(Arrays.copyOfRange(header, from, to), StandardCharsets.ISO_8859_1)
            .replace('\0', ' ')
            .strip();
    if (!text.matches("[0-7]{1,12}")) {
      throw notAnArchive();
    }
    return Long.parseLong(text, 8);
  }

  static ArchiveException notAnArchive() {
    return new ArchiveException(
        Problem.NOT_AN_ARCHIVE,
        "This is no archive of pg_dump: it begins neither with PGDMP nor with a tar file's header.");
  }
}
