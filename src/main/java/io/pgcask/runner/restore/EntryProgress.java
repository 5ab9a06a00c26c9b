package io.pgcask.runner.restore;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.runner.tool.ToolLines;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the entries of an archive by what {@code pg_restore --verbose} tells, and keeps those
 * lines out of the log: of a hundred thousand entries they would leave no room for anything else.
 *
 * <p>With one job pg_restore tells what it begins, one entry after the other. With several it tells
 * numbers: of what it does itself first, and then of what it gives to its workers and gets back.
 * Source: pg_backup_archiver.c of 14 to 18.
 *
 * <p>May be asked by another thread than the one that brings the lines.
 */
final class EntryProgress implements ToolLines {
  private static final String PROGRAM = "pg_restore: ";

  private static final String PROCESSING = "processing item ";
  private static final String MISSED = "processing missed item ";
  private static final String LAUNCHING = "launching item ";
  private static final String FINISHED = "finished item ";
  private static final String SKIPPING = "skipping item ";
  private static final String WORKERS = "entering main parallel loop";
  private static final String DATA = "processing data for table ";

  /** What pg_restore tells beyond that, and nobody needs. */
  private static final List<String> OTHERS =
      List.of(
          "connecting to ",
          "dropping ",
          "restoring large object with OID ",
          "restored ",
          "disabling triggers for ",
          "enabling triggers for ",
          "implied data-only restore",
          "implied no-schema restore",
          "finished main parallel loop");

  private final int entries;
  private final BitSet left;
  private final Map<Integer, String> running = new LinkedHashMap<>();

  private boolean byNumber;
  private Optional<Integer> own = Optional.empty();
  private int begun;
  private int done;
  private Optional<String> current = Optional.empty();

  private EntryProgress(BitSet numbers) {
    this.left = numbers;
    this.entries = numbers.cardinality();
  }

  /**
   * Of what is restored. Empty if a name in it has a line break, with which it could imitate any
   * line of pg_restore: then nothing is to be told by name.
   */
  static Optional<EntryProgress> of(List<ArchiveEntry> restored) {
    var numbers = new BitSet();
    for (var entry : restored) {
      if (hasLineBreak(entry)) {
        return Optional.empty();
      }
      numbers.set(entry.dumpId());
    }
    return Optional.of(new EntryProgress(numbers));
  }

  private static boolean hasLineBreak(ArchiveEntry entry) {
    return (entry.namespace() + entry.tag()).chars().anyMatch(c -> c == '\n' || c == '\r');
  }

  /**
   * How far it is.
   *
   * @param current kind and name of an entry that is being restored; with several jobs the one that
   *     was begun first
   */
  record State(int done, int entries, Optional<String> current) {}

  synchronized State state() {
    return new State(
        done,
        entries,
        running.isEmpty()
            ? current
            : Optional.of(
                running.values().iterator().next()
                    + (running.size() > 1 ? " and %d more".formatted(running.size() - 1) : "")));
  }

  /** pg_restore has ended well: nothing is left, also of what it told nothing of. */
  synchronized void finished() {
    left.clear();
    running.clear();
    current = Optional.empty();
    done = entries;
  }

  @Override
  public synchronized List<String> next(String line) {
    return line.startsWith(PROGRAM) && take(line.substring(PROGRAM.length()))
        ? List.of()
        : List.of(line);
  }

  /** Whether a text of pg_restore, without its name, is about its progress and nothing else. */
  static boolean isProgress(String text) {
    return text.startsWith("creating ")
        || text.startsWith("processing ")
        || text.startsWith("executing ")
        || text.startsWith(LAUNCHING)
        || text.startsWith(FINISHED)
        || text.startsWith(SKIPPING)
        || text.startsWith(WORKERS)
        || OTHERS.stream().anyMatch(text::startsWith);
  }

  private boolean take(String text) {
    if (text.startsWith(PROCESSING)) {
      ownItem(text.substring(PROCESSING.length()));
    } else if (text.startsWith(MISSED)) {
      ownItem(text.substring(MISSED.length()));
    } else if (text.startsWith(LAUNCHING)) {
      var item = Item.of(text.substring(LAUNCHING.length()));
      running.put(item.number(), item.name());
    } else if (text.startsWith(FINISHED)) {
      done(Item.of(text.substring(FINISHED.length())).number());
    } else if (text.startsWith(SKIPPING)) {
      done(Item.of(text.substring(SKIPPING.length())).number());
    } else if (text.startsWith(WORKERS)) {
      ownDone();
    } else if (text.startsWith(DATA)) {
      begin("TABLE DATA " + unquoted(text.substring(DATA.length())));
    } else if (text.startsWith("processing ") || text.startsWith("executing ")) {
      begin(text.substring(text.indexOf(' ') + 1));
    } else if (text.startsWith("creating ")) {
      begin(unquoted(text.substring("creating ".length())));
    } else {
      return isProgress(text);
    }
    return true;
  }

  /** One after the other: the one before is done. */
  private void ownItem(String text) {
    byNumber = true;
    ownDone();
    var item = Item.of(text);
    own = Optional.of(item.number());
    current = Optional.of(item.name());
  }

  private void ownDone() {
    own.ifPresent(this::done);
    own = Optional.empty();
    current = Optional.empty();
  }

  private void done(int number) {
    running.remove(number);
    if (left.get(number)) {
      left.clear(number);
      done++;
    }
  }

  private void begin(String name) {
    if (byNumber) {
      return; // a worker; what it does was told by number
    }
    done = Math.min(begun, entries);
    begun++;
    current = Optional.of(name);
  }

  /** {@code INDEX "s.t_i_idx"} without the quotes, which a name may hold as well. */
  private static String unquoted(String text) {
    int from = text.indexOf('"');
    return from < 0 || !text.endsWith("\"") || from == text.length() - 1
        ? text
        : text.substring(0, from) + text.substring(from + 1, text.length() - 1);
  }

  /** {@code 3212 CONSTRAINT t t_pkey}. */
  private record Item(int number, String name) {
    static Item of(String text) {
      int blank = text.indexOf(' ');
      try {
        return blank < 0
            ? new Item(Integer.parseInt(text), "")
            : new Item(Integer.parseInt(text.substring(0, blank)), text.substring(blank + 1));
      } catch (NumberFormatException e) {
        return new Item(0, text); // no entry has this number
      }
    }
  }
}
