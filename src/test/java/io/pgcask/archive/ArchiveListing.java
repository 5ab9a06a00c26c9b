package io.pgcask.archive;

import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code pg_restore --list --verbose} of PostgreSQL 18 prints of an archive. */
public final class ArchiveListing {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  private ArchiveListing() {}

  /** The lines, with the time as UTC. */
  public static List<String> of(Archive archive) {
    var header = archive.header();
    var lines = new ArrayList<String>();
    lines.add(";");
    lines.add("; Archive created at " + TIME.format(header.created()) + " UTC");
    lines.add(";     dbname: " + sanitized(header.database()));
    lines.add(";     TOC Entries: " + archive.entries().size());
    lines.add(
        ";     Compression: " + header.compression().method().name().toLowerCase(Locale.ROOT));
    lines.add(";     Dump Version: " + header.version());
    lines.add(";     Format: " + archive.container());
    lines.add(";     Integer: %d bytes".formatted(header.integerBytes()));
    lines.add(";     Offset: %d bytes".formatted(header.offsetBytes()));
    lines.add(";     Dumped from database version: " + header.serverVersion());
    lines.add(";     Dumped by pg_dump version: " + header.dumpVersion());
    lines.addAll(List.of(";", ";", "; Selected TOC Entries:", ";"));
    for (var entry : archive.entries()) {
      lines.add(
          "%d; %d %d %s %s %s %s"
              .formatted(
                  entry.dumpId(),
                  entry.tableOid(),
                  entry.oid(),
                  entry.desc(),
                  entry.namespace().isEmpty() ? "-" : sanitized(entry.namespace()),
                  sanitized(entry.tag()),
                  sanitized(entry.owner())));
      if (!entry.dependencies().isEmpty()) {
        lines.add(
            entry.dependencies().stream()
                .map(id -> " " + id)
                .collect(Collectors.joining("", ";\tdepends on:", "")));
      }
    }
    return lines;
  }

  private static String sanitized(String name) {
    return name.replace('\n', ' ').replace('\r', ' ');
  }
}
