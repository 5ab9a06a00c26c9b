package io.pgcask.runner.restore.selection;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.postgres.lexer.SqlLexer;
import io.pgcask.postgres.lexer.SqlToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names in the SQL of an archive. pg_dump qualifies and quotes them, so that words in capitals
 * without quotes are keywords: nothing of the text can be mistaken for another name, unlike in a
 * tag.
 *
 * <p>Where {@code standard_conforming_strings} was off, it writes backslashes twice, so that
 * literals end at the same place for whoever takes the setting to be on; only their texts differ.
 */
public final class DumpSql {
  private final List<Word> words;
  private final List<String> bodies;

  /**
   * A piece of SQL.
   *
   * @param text without the quotes
   * @param name whether it can be one; else it is a sign or a literal
   */
  public record Word(String text, boolean quoted, boolean name) {
    /** Whether it is a keyword or a sign. */
    public boolean is(String keyword) {
      return !quoted && text.equals(keyword);
    }

    boolean isKeyword() {
      return name && !quoted && text.charAt(0) >= 'A' && text.charAt(0) <= 'Z';
    }
  }

  private DumpSql(List<Word> words, List<String> bodies) {
    this.words = words;
    this.bodies = bodies;
  }

  /**
   * Whether a backslash escapes in all literals of an archive, see {@link SqlLexer}.
   *
   * @param all of its entries
   */
  public static boolean escapes(List<ArchiveEntry> all) {
    return all.stream()
        .filter(entry -> entry.desc().equals("STDSTRINGS"))
        .anyMatch(entry -> entry.definition().contains("'off'"));
  }

  /** Takes SQL apart of which the text of no literal matters. */
  static DumpSql of(String sql) {
    return of(sql, false);
  }

  /**
   * Takes SQL apart.
   *
   * @param backslashes see {@link #escapes}
   */
  public static DumpSql of(String sql, boolean backslashes) {
    var words = new ArrayList<Word>();
    var bodies = new ArrayList<String>();
    for (var lexer = new SqlLexer(sql, backslashes); lexer.hasNext(); ) {
      var token = lexer.next();
      switch (token.kind()) {
        case BLANK, COMMENT -> {
          // means nothing
        }
        case WORD -> words.add(new Word(token.text(), false, true));
        case NUMBER, PARAMETER, SIGN -> words.add(new Word(token.text(), false, false));
        case QUOTED_NAME, UNICODE_NAME -> words.add(new Word(token.name(), true, true));
        case STRING, ESCAPE_STRING, DOLLAR_STRING, UNICODE_STRING, BIT_STRING, UNCLOSED -> {
          var text = token.string().orElseGet(token::text);
          words.add(new Word(text, true, false));
          if (token.kind() == SqlToken.Kind.DOLLAR_STRING) {
            bodies.add(text);
          }
        }
      }
    }
    return new DumpSql(words, bodies);
  }

  /** All of it, in order. */
  public List<Word> words() {
    return List.copyOf(words);
  }

  /** The qualified name behind the first of a keyword, and behind further keywords if there are. */
  Optional<QualifiedName> nameAfter(String keyword) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).is(keyword)) {
        return qualified(i + 1);
      }
    }
    return Optional.empty();
  }

  /** The qualified name behind the last of a keyword. */
  Optional<QualifiedName> nameAfterLast(String keyword) {
    for (int i = words.size() - 1; i >= 0; i--) {
      if (words.get(i).is(keyword)) {
        return qualified(i + 1);
      }
    }
    return Optional.empty();
  }

  /** The unqualified name behind the first of a keyword. */
  Optional<String> wordAfter(String keyword) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).is(keyword) && words.get(i + 1).name()) {
        return Optional.of(words.get(i + 1).text());
      }
    }
    return Optional.empty();
  }

  /**
   * The unqualified names behind each of a keyword, several with commas between them. A keyword in
   * the place of one, such as PUBLIC, is none.
   */
  List<String> namesAfter(String keyword) {
    var names = new ArrayList<String>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).is(keyword)) {
        for (int at = i + 1; at < words.size() && words.get(at).name(); at += 2) {
          if (!words.get(at).isKeyword()) {
            names.add(words.get(at).text());
          }
          if (at + 1 == words.size() || !words.get(at + 1).is(",")) {
            break;
          }
        }
      }
    }
    return names;
  }

  /** What stands before the first of some keywords. */
  DumpSql before(String... keywords) {
    for (int i = 0; i < words.size(); i++) {
      if (Stream.of(keywords).anyMatch(words.get(i)::is)) {
        return new DumpSql(words.subList(0, i), List.of());
      }
    }
    return this;
  }

  /**
   * All qualified names, and all pairs that look like one; also those that are found in the bodies
   * of functions between dollars, in whatever language: some may be missed there, and in a body
   * within a body all are.
   */
  List<QualifiedName> names() {
    var names = new ArrayList<QualifiedName>();
    for (var body : bodies) {
      names.addAll(new DumpSql(of(body).words, List.of()).names());
    }
    for (int i = 0; i < words.size(); i++) {
      if (!words.get(i).isKeyword()) {
        qualified(i).ifPresent(names::add);
      }
    }
    return names;
  }

  /** Whether a keyword stands anywhere. */
  boolean has(String keyword) {
    return words.stream().anyMatch(word -> word.is(keyword));
  }

  private Optional<QualifiedName> qualified(int from) {
    int at = from;
    while (at < words.size() && words.get(at).isKeyword()) {
      at++;
    }
    return at + 2 < words.size()
            && words.get(at).name()
            && words.get(at + 1).is(".")
            && words.get(at + 2).name()
        ? Optional.of(new QualifiedName(words.get(at).text(), words.get(at + 2).text()))
        : Optional.empty();
  }
}
