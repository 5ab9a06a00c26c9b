package io.pgcask.runner.restore;

import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.database.DatabaseSql;
import io.pgcask.runner.restore.selection.DumpSql;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an archive tells about its database beside what is in it: the entries that pg_restore runs
 * only with {@code --create}. Pure.
 *
 * @param properties those that it does not tell are null; the rights never are told
 * @param described whether it tells encoding and locale
 * @param granted whether it holds rights on the database itself
 * @param encoding in which its texts are; empty: it does not tell
 */
record OriginalDatabase(
    Manifest.Database properties, boolean described, boolean granted, Optional<String> encoding) {
  /** Reads the entries. */
  static OriginalDatabase of(Archive archive) {
    var name = archive.header().database();
    boolean backslashes = DumpSql.escapes(archive.entries());
    var created = words(entry(archive, "DATABASE"), backslashes);
    var settings = new Settings();
    settings.read(words(entry(archive, "DATABASE PROPERTIES"), backslashes));
    return new OriginalDatabase(
        properties(
            name,
            entry(archive, "DATABASE").map(ArchiveEntry::owner).filter(owner -> !owner.isEmpty()),
            created,
            settings,
            comment(words(ofDatabase(archive, "COMMENT"), backslashes))),
        entry(archive, "DATABASE").isPresent(),
        ofDatabase(archive, "ACL").isPresent(),
        value(words(entry(archive, "ENCODING"), backslashes), "client_encoding"));
  }

  private static List<DumpSql.Word> words(Optional<ArchiveEntry> entry, boolean backslashes) {
    return entry.map(some -> DumpSql.of(some.definition(), backslashes).words()).orElse(List.of());
  }

  private static Manifest.Database properties(
      String name,
      Optional<String> owner,
      List<DumpSql.Word> created,
      Settings settings,
      Optional<String> comment) {
    // one word where collation and character types are of the same locale
    var both = value(created, "LOCALE");
    return new Manifest.Database(
        name,
        owner.orElse(null),
        value(created, "ENCODING").orElse(null),
        created.isEmpty() ? null : value(created, "LOCALE_PROVIDER").orElse("libc"),
        value(created, "ICU_LOCALE").or(() -> value(created, "BUILTIN_LOCALE")).orElse(null),
        value(created, "ICU_RULES").orElse(null),
        value(created, "LC_COLLATE").or(() -> both).orElse(null),
        value(created, "LC_CTYPE").or(() -> both).orElse(null),
        settings.connectionLimit,
        comment.orElse(null),
        null,
        settings.ofDatabase.isEmpty() ? null : List.copyOf(settings.ofDatabase),
        settings.ofRoles.isEmpty()
            ? null
            : settings.ofRoles.entrySet().stream()
                .map(role -> new Manifest.RoleSettings(role.getKey(), List.copyOf(role.getValue())))
                .toList());
  }

  private static Optional<ArchiveEntry> entry(Archive archive, String desc) {
    return archive.entries().stream().filter(entry -> entry.desc().equals(desc)).findFirst();
  }

  private static Optional<ArchiveEntry> ofDatabase(Archive archive, String desc) {
    return archive.entries().stream()
        .filter(entry -> entry.desc().equals(desc))
        .filter(entry -> entry.tag().startsWith("DATABASE ") && entry.namespace().isEmpty())
        .findFirst();
  }

  private static Optional<String> comment(List<DumpSql.Word> words) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).is("IS") && words.get(i + 1).quoted()) {
        return Optional.of(words.get(i + 1).text());
      }
    }
    return Optional.empty();
  }

  /** What stands behind {@code key =}. */
  private static Optional<String> value(List<DumpSql.Word> words, String key) {
    for (int i = 0; i + 2 < words.size(); i++) {
      if (words.get(i).is(key) && words.get(i + 1).is("=")) {
        return Optional.of(words.get(i + 2).text());
      }
    }
    return Optional.empty();
  }

  /** The statements of entry DATABASE PROPERTIES. */
  private static final class Settings {
    private final List<String> ofDatabase = new ArrayList<>();
    private final Map<String, List<String>> ofRoles = new LinkedHashMap<>();
    private int connectionLimit = -1;

    void read(List<DumpSql.Word> words) {
      int from = 0;
      for (int i = 0; i < words.size(); i++) {
        if (words.get(i).is(";")) {
          statement(words.subList(from, i));
          from = i + 1;
        }
      }
    }

    /**
     * {@code ALTER DATABASE name SET ...}, {@code ALTER ROLE name IN DATABASE name SET ...} or
     * {@code ALTER DATABASE name CONNECTION LIMIT = n}.
     */
    private void statement(List<DumpSql.Word> words) {
      if (words.size() < 5 || !words.get(0).is("ALTER")) {
        return;
      }
      boolean ofRole = words.get(1).is("ROLE");
      int verb = ofRole ? 6 : 3;
      if (words.size() > verb && words.get(verb).is("SET")) {
        setting(words.subList(verb + 1, words.size()))
            .ifPresent(
                setting ->
                    (ofRole
                            ? ofRoles.computeIfAbsent(
                                words.get(2).text(), role -> new ArrayList<>())
                            : ofDatabase)
                        .add(setting));
      } else if (!ofRole && words.get(verb).is("CONNECTION")) {
        connectionLimit = limit(words.getLast().text());
      }
    }

    private static int limit(String text) {
      return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }

    /** {@code name TO 'value'} as {@code name=value}; a list as it is stored, each in quotes. */
    private static Optional<String> setting(List<DumpSql.Word> words) {
      int to = 0;
      while (to < words.size() && !words.get(to).is("TO")) {
        to++;
      }
      if (to == 0 || to == words.size()) {
        return Optional.empty();
      }
      var name =
          words.subList(0, to).stream().map(DumpSql.Word::text).collect(Collectors.joining());
      var values =
          words.subList(to + 1, words.size()).stream()
              .filter(word -> !word.is(","))
              .map(DumpSql.Word::text)
              .toList();
      return Optional.of(
          name
              + "="
              + (values.size() == 1 && !DatabaseSql.isList(name)
                  ? values.getFirst()
                  : values.stream()
                      .map(value -> '"' + value.replace("\"", "\"\"") + '"')
                      .collect(Collectors.joining(", "))));
    }
  }
}
