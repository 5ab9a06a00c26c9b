package io.pgcask.archive;

import io.pgcask.archive.Archive.Container;
import io.pgcask.archive.ArchiveCompression.Method;
import io.pgcask.archive.ArchiveException.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the table of contents at the beginning of an archive: of a file in Custom or Tar format, or
 * of a directory's {@code toc.dat}. The data behind it is not read, apart from what the stream's
 * buffer takes.
 *
 * <p>Over 300 lines, since what a version of the format has more than the one before is understood
 * only beside it, in the order of the bytes.
 */
public final class ArchiveReader {
  private static final byte[] MAGIC = "PGDMP".getBytes(StandardCharsets.US_ASCII);
  private static final String TOC = "toc.dat";
  private static final int BUFFER = 64 << 10;

  // The numbers of the formats in the archive. A directory says Tar, so that it can be made one.
  private static final int CUSTOM = 1;
  private static final int TAR = 3;

  // What a file in Custom format says of an entry's data.
  private static final int PLACE_UNRECORDED = 1;
  private static final int PLACE_RECORDED = 2;
  private static final int NO_DATA = 3;

  // Of the objects of an entry with 5 texts of its own, and of a number in a list.
  private static final int ENTRY_MEMORY = 500;
  private static final int DEPENDENCY_MEMORY = 24;

  private static final long MOST_OID = 0xffff_ffffL;
  private static final int DIGITS = 10;

  private final ArchiveLimits limits;
  private final TocBytes bytes;
  private final Container container;
  private final TocText text = new TocText();
  private final Map<String, String> names = new HashMap<>();

  private ArchiveReader(ArchiveLimits limits, TocBytes bytes, Container container) {
    this.limits = limits;
    this.bytes = bytes;
    this.container = container;
  }

  /**
   * Reads from the archive's first byte on. The stream is not closed.
   *
   * @throws ArchiveException if it is no archive, or not one that can be read
   * @throws IOException if the stream fails
   */
  public static Archive read(InputStream archive, ArchiveLimits limits)
      throws ArchiveException, IOException {
    var in = new BufferedInputStream(archive, BUFFER);
    var magic = in.readNBytes(MAGIC.length);
    if (Arrays.equals(magic, MAGIC)) {
      var bytes = new TocBytes(in, Long.MAX_VALUE, limits.memory());
      return new ArchiveReader(limits, bytes, Container.CUSTOM).read();
    }
    if (magic.length < MAGIC.length
        || !new String(magic, StandardCharsets.US_ASCII).equals("toc.d")) {
      throw TarMember.notAnArchive();
    }
    return ofTar(in, magic, limits);
  }

  private static Archive ofTar(InputStream in, byte[] begun, ArchiveLimits limits)
      throws ArchiveException, IOException {
    var header = Arrays.copyOf(begun, TarMember.HEADER);
    if (in.readNBytes(header, begun.length, header.length - begun.length)
        < header.length - begun.length) {
      throw TocBytes.truncated();
    }
    var member = TarMember.of(header);
    var magic = in.readNBytes(MAGIC.length);
    if (member.name().equals(TOC) && magic.length < MAGIC.length) {
      throw TocBytes.truncated();
    }
    if (!member.name().equals(TOC) || !Arrays.equals(magic, MAGIC)) {
      throw TarMember.notAnArchive();
    }
    long rest = Math.max(0, member.size() - MAGIC.length);
    var bytes = new TocBytes(in, rest, limits.memory());
    return new ArchiveReader(limits, bytes, Container.TAR).read();
  }

  private Archive read() throws ArchiveException, IOException {
    var version = version();
    int integerBytes = size("integers");
    int offsetBytes = size("places in files");
    bytes.integerBytes(integerBytes);
    var found = container(bytes.octet());
    var compression = compression(version);
    var header =
        new ArchiveHeader(
            version,
            integerBytes,
            offsetBytes,
            compression,
            created(),
            textOrEmpty(),
            textOrEmpty(),
            textOrEmpty());
    int count = bytes.integer(0, Integer.MAX_VALUE, "a number of entries");
    if (count > limits.entries()) {
      throw new ArchiveException(
          Problem.TOO_LARGE,
          "The archive has %d entries; at most %d are read.".formatted(count, limits.entries()));
    }
    var entries = new ArrayList<ArchiveEntry>();
    var ids = new HashSet<Integer>();
    for (int i = 0; i < count; i++) {
      var entry = entry(header, found);
      if (!ids.add(entry.dumpId())) {
        throw TocBytes.corrupt("has two entries with the number " + entry.dumpId());
      }
      entries.add(entry);
    }
    if (found != Container.CUSTOM && !bytes.atEnd()) {
      throw TocBytes.corrupt("has something behind its last entry");
    }
    return new Archive(found, header, List.copyOf(entries), MAGIC.length + bytes.count());
  }

  private ArchiveVersion version() throws ArchiveException, IOException {
    var version = new ArchiveVersion(bytes.octet(), bytes.octet(), bytes.octet());
    if (version.isBefore(ArchiveVersion.OLDEST)) {
      throw new ArchiveException(
          Problem.TOO_OLD,
          "The archive has format %s, of a pg_dump before 12; 1.14 to 1.16 are read."
              .formatted(version));
    }
    if (ArchiveVersion.NEWEST.isBefore(version)) {
      throw new ArchiveException(
          Problem.TOO_NEW,
          "The archive has format %s, of a newer pg_dump; 1.14 to 1.16 are read."
              .formatted(version));
    }
    return version;
  }

  private int size(String what) throws ArchiveException, IOException {
    int size = bytes.octet();
    if (size < 1 || size > Long.BYTES) {
      throw TocBytes.corrupt("has %s of %d bytes".formatted(what, size));
    }
    return size;
  }

  private Container container(int format) throws ArchiveException {
    if (format == CUSTOM && container == Container.CUSTOM) {
      return Container.CUSTOM;
    }
    if (format == TAR) {
      return container == Container.TAR ? Container.TAR : Container.DIRECTORY;
    }
    throw TocBytes.corrupt("names the format " + format);
  }

  private ArchiveCompression compression(ArchiveVersion version)
      throws ArchiveException, IOException {
    if (version.namesCompression()) {
      int method = bytes.octet();
      if (method >= Method.values().length) {
        throw TocBytes.corrupt("names the compression " + method);
      }
      return new ArchiveCompression(Method.values()[method], OptionalInt.empty());
    }
    int level = bytes.integer(-1, 9, "a level of compression");
    return new ArchiveCompression(level == 0 ? Method.NONE : Method.GZIP, OptionalInt.of(level));
  }

  /** The C library's broken-down time: months from 0, years from 1900, up to two leap seconds. */
  private LocalDateTime created() throws ArchiveException, IOException {
    int second = Math.min(59, bytes.integer(0, 61, "a second"));
    int minute = bytes.integer();
    int hour = bytes.integer();
    int day = bytes.integer();
    int month = bytes.integer(0, 11, "a month");
    int year = bytes.integer(0, 9999, "a year");
    bytes.integer(); // whether it was summer, if that is known
    try {
      return LocalDateTime.of(year + 1900, month + 1, day, hour, minute, second);
    } catch (DateTimeException e) {
      throw TocBytes.corrupt("names a time that there is not");
    }
  }

  private ArchiveEntry entry(ArchiveHeader header, Container found)
      throws ArchiveException, IOException {
    bytes.keep(ENTRY_MEMORY);
    int dumpId = bytes.integer(1, Integer.MAX_VALUE, "an entry with the number");
    boolean hadDumper = bytes.integer(0, 1, "a mark of data") == 1;
    long tableOid = oid();
    long oid = oid();
    var tag = required();
    var desc = required();
    var section =
        ArchiveSection.values()[bytes.integer(1, ArchiveSection.values().length, "a section") - 1];
    var definition = textOrEmpty();
    if (desc.equals("ENCODING")) {
      text.encoding(definition);
    }
    var drop = textOrEmpty();
    var copy = textOrEmpty();
    var namespace = name();
    var tablespace = name();
    var tableAccessMethod = name();
    var relationKind = relationKind(header.version());
    var owner = name();
    withOids();
    return new ArchiveEntry(
        dumpId,
        hadDumper,
        tableOid,
        oid,
        tag,
        desc,
        section,
        definition,
        drop,
        copy,
        namespace,
        tablespace,
        tableAccessMethod,
        relationKind,
        owner,
        dependencies(),
        data(header, found));
  }

  private Optional<Character> relationKind(ArchiveVersion version)
      throws ArchiveException, IOException {
    if (!version.tellsRelationKind()) {
      return Optional.empty();
    }
    int kind = bytes.integer(0, Byte.MAX_VALUE, "a kind of relation");
    return kind == 0 ? Optional.empty() : Optional.of((char) kind);
  }

  /** Of a feature that PostgreSQL 12 removed. */
  private void withOids() throws ArchiveException, IOException {
    if (!textOrEmpty().equals("false")) {
      throw TocBytes.corrupt("has a table with OIDs");
    }
  }

  private List<Integer> dependencies() throws ArchiveException, IOException {
    var ids = new ArrayList<Integer>();
    for (int length = bytes.textLength(); length >= 0; length = bytes.textLength()) {
      bytes.keep(DEPENDENCY_MEMORY);
      ids.add((int) decimal(length, Integer.MAX_VALUE));
    }
    return List.copyOf(ids);
  }

  private DataPlace data(ArchiveHeader header, Container found)
      throws ArchiveException, IOException {
    if (found != Container.CUSTOM) {
      var name = textOrEmpty();
      return name.isEmpty() ? new DataPlace.None() : new DataPlace.File(name);
    }
    int state = bytes.octet();
    long position = bytes.number(header.offsetBytes());
    if (position < 0) {
      throw TocBytes.corrupt("names a place in the file that cannot be");
    }
    return switch (state) {
      case PLACE_UNRECORDED -> new DataPlace.Unrecorded();
      case PLACE_RECORDED -> new DataPlace.Offset(position);
      case NO_DATA -> new DataPlace.None();
      default -> throw TocBytes.corrupt("has a place in the file of kind " + state);
    };
  }

  /** An object id, which is a text for historical reasons. */
  private long oid() throws ArchiveException, IOException {
    return decimal(bytes.textLength(), MOST_OID);
  }

  private long decimal(int length, long most) throws ArchiveException, IOException {
    if (length < 1 || length > DIGITS) {
      throw TocBytes.corrupt("has a number of %d digits".formatted(length));
    }
    long value = 0;
    for (byte digit : bytes.text(length)) {
      if (digit < '0' || digit > '9') {
        throw TocBytes.corrupt("has a number that is none");
      }
      value = 10 * value + digit - '0';
    }
    if (value > most) {
      throw TocBytes.corrupt("has the number %d, which is too large".formatted(value));
    }
    return value;
  }

  private String required() throws ArchiveException, IOException {
    var value = textOrEmpty();
    if (value.isEmpty()) {
      throw TocBytes.corrupt("has an entry without a name or a kind");
    }
    return value;
  }

  /** A text that many entries share. */
  private String name() throws ArchiveException, IOException {
    return names.computeIfAbsent(textOrEmpty(), name -> name);
  }

  private String textOrEmpty() throws ArchiveException, IOException {
    int length = bytes.textLength();
    if (length <= 0) {
      return "";
    }
    var value = text.of(bytes.text(length));
    // of two bytes for each character as soon as one is beyond Latin-1
    bytes.keep(value.length());
    return value;
  }
}
