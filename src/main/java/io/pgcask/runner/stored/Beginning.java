package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Compression.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** What a file is, by its first bytes; its name tells nothing. */
enum Beginning {
  // What another file lies in.
  AGE(""),
  GZIP(""),
  ZSTD(""),
  LZ4(""),

  // What pg_dump writes, in one file.
  CUSTOM(""),
  TAR(""),
  PLAIN(""),

  // What cannot be restored, and what to do instead.
  NOTHING("is empty"),
  ALL_DATABASES(
      "was written by pg_dumpall: it holds roles and several databases. Run it with psql, or take a"
          + " dump of the database alone with pg_dump"),
  ARMORED_AGE(
      "is an armored age file, and only the binary form is read: age -d, or encrypt without -a"),
  OTHER_AGE("is an age file of another version than 1"),
  BZIP2("is compressed with bzip2; pack it anew with gzip, zstd or lz4, or not at all"),
  XZ("is compressed with xz; pack it anew with gzip, zstd or lz4, or not at all"),
  ZIP("is a zip file; unpack it"),
  SEVEN_ZIP("is a 7z file; unpack it"),
  OTHER_TAR(
      "is a tar file that does not begin with toc.dat as pg_dump's do; unpack it, and name the"
          + " directory that holds toc.dat"),
  UTF_16(
      "is text in UTF-16, as PowerShell's > makes it of a dump, which damages it; let pg_dump write"
          + " the file itself, with --file"),
  WINDOWS_TEXT(
      "has lines that end with CR LF, which a dump has not; let pg_dump write the file itself, with"
          + " --file"),
  OTHER_TEXT("is text that does not begin as a dump of pg_dump does"),
  OTHER("is none of the formats of pg_dump, compressed with gzip, zstd or lz4 or not");

  /** How many bytes it takes to tell. */
  static final int BYTES = 512;

  /** In hexadecimal digits, by those who made the formats. */
  private static final Map<String, Beginning> MAGIC =
      Map.of(
          "1f8b", GZIP,
          "28b52ffd", ZSTD,
          "04224d18", LZ4,
          "425a68", BZIP2,
          "fd377a585a00", XZ,
          "504b0304", ZIP,
          "377abcaf271c", SEVEN_ZIP,
          "fffe", UTF_16,
          "feff", UTF_16);

  private static final int LONGEST_MAGIC = 6;
  private static final int TAR_MAGIC = 257;
  private static final byte DELETE = 0x7f;
  private static final String TEXT = "-- PostgreSQL database dump";
  private static final String TEXT_OF_ALL = "-- PostgreSQL database cluster dump";

  private final String refusal;

  Beginning(String refusal) {
    this.refusal = refusal;
  }

  /** Of the first bytes of a file, {@link #BYTES} of them if there are so many. */
  static Beginning of(byte[] bytes) {
    if (bytes.length == 0) {
      return NOTHING;
    }
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (text.startsWith("PGDMP")) {
      return CUSTOM;
    }
    if (text.startsWith("toc.dat\0")) {
      return TAR;
    }
    var magic = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, LONGEST_MAGIC));
    return MAGIC.entrySet().stream()
        .filter(known -> magic.startsWith(known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> ofText(text, bytes));
  }

  private static Beginning ofText(String text, byte[] bytes) {
    if (text.startsWith("age-encryption.org/")) {
      return text.startsWith("age-encryption.org/v1\n") ? AGE : OTHER_AGE;
    }
    if (text.startsWith("-----BEGIN AGE ENCRYPTED FILE-----")) {
      return ARMORED_AGE;
    }
    if (text.startsWith("ustar", TAR_MAGIC)) {
      return OTHER_TAR;
    }
    var lines = text.lines().limit(2).toList();
    var second = lines.size() > 1 && lines.getFirst().equals("--") ? lines.get(1) : "";
    if (second.equals(TEXT_OF_ALL)) {
      return ALL_DATABASES;
    }
    if (second.equals(TEXT)) {
      return text.startsWith("--\r") ? WINDOWS_TEXT : PLAIN;
    }
    return isText(bytes) ? OTHER_TEXT : OTHER;
  }

  /** Whether there is no control character but those that texts have. */
  private static boolean isText(byte[] bytes) {
    for (byte octet : bytes) {
      if (octet == DELETE
          || octet >= 0 && octet < ' ' && octet != '\n' && octet != '\r' && octet != '\t') {
        return false;
      }
    }
    return true;
  }

  /** Whether another file lies in it. */
  boolean wraps() {
    return this == AGE || compression().isPresent();
  }

  /** How the file in it is compressed, if it is. */
  Optional<Method> compression() {
    return Arrays.stream(Method.values())
        .filter(method -> method != Method.NONE && method.name().equals(name()))
        .findFirst();
  }

  /** Why it cannot be restored, behind the name of the file; empty if it can. */
  String refusal() {
    return refusal;
  }
}
