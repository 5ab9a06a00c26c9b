package io.pgcask.runner.restore;

import io.pgcask.runner.tool.ToolLines;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out of account the errors of {@code SET transaction_timeout = 0;}, which pg_restore 17 and
 * newer sends on every connection, and servers before 17 do not know. With one job the statement is
 * taken out on its way, see {@link SqlFilter}; with several, pg_restore talks to the server itself.
 *
 * <p>The failed command tells which errors these are: the server's text is in its own language.
 * Whether there were others is told by pg_restore's own count, which is right also where its lines
 * are mixed up: it holds both errors of its first process, which it raises when it connects for
 * what comes first and for what comes last, and none of a worker's connection. An error in an entry
 * adds to it.
 */
final class UnknownSetting implements ToolLines {
  private static final int CLIENT = 17;
  private static final int SERVER = 17;

  private static final String COMMAND = "Command was: SET transaction_timeout = 0;";
  private static final String NAME = "pg_restore: ";
  private static final String ERROR = "pg_restore: error: ";
  private static final String CONNECTING = "pg_restore: while INITIALIZING:";

  /** Connections of pg_restore's first process, one after the other. */
  private static final int FIRST_PROCESS = 2;

  /** Lines of one message; a longer one is none that is looked for. */
  private static final int MAX_HELD = 50;

  private final List<String> held = new ArrayList<>();
  private int subtracted;

  /** Whether a pg_restore will send to a server what that does not know. */
  static boolean isSent(int clientMajor, int serverMajor) {
    return clientMajor >= CLIENT && serverMajor < SERVER;
  }

  @Override
  public synchronized List<String> next(String line) {
    if (line.startsWith(ERROR)) {
      var before = end();
      held.add(line);
      return before;
    }
    if (held.isEmpty()) {
      return line.equals(CONNECTING) ? List.of() : List.of(line);
    }
    if (line.equals(COMMAND)) {
      held.clear();
      subtracted++;
      return List.of();
    }
    held.add(line);
    return line.startsWith(NAME) || held.size() > MAX_HELD ? end() : List.of();
  }

  @Override
  public synchronized List<String> end() {
    var lines = List.copyOf(held);
    held.clear();
    return lines;
  }

  /** How many of the errors that pg_restore counts in the end are these. */
  synchronized int foreseen() {
    return Math.min(subtracted, FIRST_PROCESS);
  }
}
