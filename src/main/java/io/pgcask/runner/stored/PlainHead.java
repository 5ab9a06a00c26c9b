package io.pgcask.runner.stored;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a Plain dump says of itself before its first entry. Texts that it does not have are empty.
 *
 * @param serverVersion of the dumped server, e.g. {@code 17.7 (Debian 17.7-1)}
 * @param dumpVersion of pg_dump, likewise
 * @param encoding of its texts
 * @param restriction the key of its {@code \restrict}
 * @param aboutDatabases whether it creates, drops or changes databases
 */
public record PlainHead(
    String serverVersion,
    String dumpVersion,
    String encoding,
    Optional<String> restriction,
    boolean aboutDatabases) {

  /** Far more than stands before the first entry that is not about the database itself. */
  private static final int BYTES = 256 << 10;

  private static final Pattern SERVER =
      Pattern.compile("(?m)^-- Dumped from database version (.{1,100})$");
  private static final Pattern DUMP =
      Pattern.compile("(?m)^-- Dumped by pg_dump version (.{1,100})$");
  private static final Pattern ENCODING =
      Pattern.compile("(?m)^SET client_encoding = '([A-Za-z0-9_]{1,64})';$");
  private static final Pattern RESTRICTION =
      Pattern.compile("(?m)^\\\\restrict ([A-Za-z0-9]{1,128})$");

  /** How pg_dump and pg_restore write it with {@code --create}. */
  private static final Pattern DATABASES =
      Pattern.compile("(?m)^(\\\\connect |CREATE DATABASE |DROP DATABASE )");

  /** An entry of another kind ends what is about the database itself. */
  private static final Pattern ENTRY =
      Pattern.compile("(?m)^-- (Data for )?Name: .*; Type: (?!DATABASE).*$");

  /** Reads it from the beginning of a dump. */
  static PlainHead read(InputStream sql) throws IOException {
    // one byte is one character: what is looked for is ASCII
    var text = new String(sql.readNBytes(BYTES), StandardCharsets.ISO_8859_1);
    var entry = ENTRY.matcher(text);
    var head = entry.find() ? text.substring(0, entry.start()) : text;
    return new PlainHead(
        first(SERVER, head).orElse(""),
        first(DUMP, head).orElse(""),
        first(ENCODING, head).orElse(""),
        first(RESTRICTION, head),
        DATABASES.matcher(head).find());
  }

  private static Optional<String> first(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
