package io.pgcask.runner.tool;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The errors that a tool tells, put together from several lines. pg_restore names the entry of the
 * archive in a line before the first of its errors, and the command in lines behind each; in the
 * end it says after how many errors it went on.
 *
 * <p>Source: {@code warn_or_exit_horribly} in PostgreSQL's {@code pg_backup_archiver.c}.
 */
final class ToolErrors {
  private static final Pattern ENTRY = Pattern.compile("from (TOC entry ([0-9]{1,9});.*)");
  private static final Pattern IGNORED =
      Pattern.compile("warning: errors ignored on restore: ([0-9]{1,9})");
  private static final String STAGE = "while ";
  private static final String COMMAND = "Command was: ";

  /** What newer clients send first of all, and servers before 17 do not know. */
  private static final String TIMEOUT = COMMAND + "SET transaction_timeout = 0;";

  private static final String TIMEOUT_NAME = "transaction_timeout";

  /** What libpq says, in the tools' locale. */
  private static final List<String> LOST =
      List.of(
          "server closed the connection unexpectedly",
          "no connection to the server",
          "connection to server was lost",
          "SSL connection has been closed unexpectedly",
          "SSL SYSCALL error",
          "could not receive data from server",
          "could not send data to server");

  private final Consumer<String> onError;
  private final Set<Integer> entries = new HashSet<>();

  private Optional<String> entry = Optional.empty();
  private OptionalInt entryId = OptionalInt.empty();
  private Optional<String> held = Optional.empty();
  private boolean ofTimeout;
  private boolean inCommand;

  private Optional<String> first = Optional.empty();
  private int count;
  private int expected;
  private OptionalInt ignored = OptionalInt.empty();
  private boolean lost;

  /**
   * Errors of a tool.
   *
   * @param onError is told each of them, behind its entry if it has one
   */
  ToolErrors(Consumer<String> onError) {
    this.onError = onError;
  }

  /** A line with the tool's name before it, which is left out. */
  void message(String text) {
    settle();
    inCommand = false;
    var of = ENTRY.matcher(text);
    var told = IGNORED.matcher(text);
    if (text.startsWith(STAGE)) {
      entry = Optional.empty();
      entryId = OptionalInt.empty();
    } else if (of.matches()) {
      entry = Optional.of(of.group(1));
      entryId = OptionalInt.of(Integer.parseInt(of.group(2)));
    } else if (told.matches()) {
      ignored = OptionalInt.of(Integer.parseInt(told.group(1)));
    } else if (text.startsWith("error: ")) {
      hold(text.substring("error: ".length()));
    } else if (text.startsWith("ERROR:") || text.startsWith("FATAL:")) {
      hold(text);
    }
  }

  private void hold(String text) {
    held = Optional.of(text);
    ignored = OptionalInt.empty(); // which is said behind the last error
    noteLoss(text);
  }

  /** A line that goes on from the one before: more of the server's words, or the command. */
  void detail(String line) {
    if (inCommand) {
      ofTimeout = ofTimeout && line.isBlank();
    } else if (line.startsWith(COMMAND)) {
      inCommand = true;
      ofTimeout = line.equals(TIMEOUT) && held.filter(e -> e.contains(TIMEOUT_NAME)).isPresent();
    } else {
      noteLoss(line);
    }
  }

  private void noteLoss(String line) {
    lost |= held.isPresent() && LOST.stream().anyMatch(line::contains);
  }

  /** The end of what the tool says. */
  void end() {
    settle();
  }

  private void settle() {
    if (held.isEmpty()) {
      return;
    }
    var text = held.get();
    held = Optional.empty();
    if (ofTimeout) {
      ofTimeout = false;
      expected++;
      return;
    }
    count++;
    first = first.or(() -> Optional.of(text));
    entryId.ifPresent(entries::add);
    onError.accept(entry.map(name -> name + ": " + text).orElse(text));
  }

  /** The first one, without its entry. */
  Optional<String> first() {
    return first;
  }

  /** How many there were, without those that a newer client makes on an older server. */
  int count() {
    return count;
  }

  /** Numbers of the entries that had one. */
  Set<Integer> entries() {
    return Set.copyOf(entries);
  }

  /** The same, if all of them came here. */
  boolean allIgnored() {
    return allIgnored(0);
  }

  /**
   * Whether the tool said in the end that it went on after each of them.
   *
   * @param foreseen errors that it counts, and that never came here
   */
  boolean allIgnored(int foreseen) {
    return ignored.isPresent() && ignored.getAsInt() == count + expected + foreseen;
  }

  /** Whether the tool said in the end that it went on after some, however many. */
  boolean someIgnored() {
    return ignored.isPresent();
  }

  /** Whether one of them says that the connection is gone: then all that follows is missing. */
  boolean connectionLost() {
    return lost;
  }
}
