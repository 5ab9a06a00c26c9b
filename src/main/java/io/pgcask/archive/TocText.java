package io.pgcask.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Texts of an archive from their bytes, in the encoding that its first entry names. What that
 * encoding does not have (a database in SQL_ASCII may hold anything) is read byte by byte as
 * Latin-1, so that no two names become one.
 */
final class TocText {
  private static final Pattern ENCODING =
      Pattern.compile("\\s*SET client_encoding = '([A-Za-z0-9_]+)';\\s*");

  /** PostgreSQL's names that Java does not know, or knows as something else. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("UTF8", "UTF-8"),
          Map.entry("SQL_ASCII", "UTF-8"),
          Map.entry("LATIN5", "ISO-8859-9"),
          Map.entry("LATIN6", "ISO-8859-10"),
          Map.entry("LATIN7", "ISO-8859-13"),
          Map.entry("LATIN8", "ISO-8859-14"),
          Map.entry("LATIN9", "ISO-8859-15"),
          Map.entry("LATIN10", "ISO-8859-16"),
          Map.entry("KOI8R", "KOI8-R"),
          Map.entry("KOI8U", "KOI8-U"),
          Map.entry("SJIS", "windows-31j"),
          Map.entry("UHC", "x-windows-949"),
          Map.entry("JOHAB", "x-Johab"),
          Map.entry("EUC_CN", "GB2312"),
          Map.entry("EUC_TW", "x-EUC-TW"),
          Map.entry("WIN866", "IBM866"),
          Map.entry("WIN874", "x-windows-874"));

  private Charset charset = StandardCharsets.UTF_8;

  String of(byte[] bytes) {
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.US_ASCII); // every encoding of PostgreSQL holds it
    }
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte octet : bytes) {
      if (octet < 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads what follows as the entry ENCODING says. */
  void encoding(String definition) throws ArchiveException {
    var match = ENCODING.matcher(definition);
    if (!match.matches()) {
      throw TocBytes.corrupt("names no encoding");
    }
    charset = charset(match.group(1).toUpperCase(Locale.ROOT));
  }

  private static Charset charset(String name) {
    var known =
        NAMES.getOrDefault(
            name, name.startsWith("WIN") ? "windows-" + name.substring(3) : name.replace('_', '-'));
    return Charset.isSupported(known) ? Charset.forName(known) : StandardCharsets.ISO_8859_1;
  }
}
