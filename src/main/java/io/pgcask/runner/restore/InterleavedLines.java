package io.pgcask.runner.restore;

import io.pgcask.runner.tool.ToolLines;
import java.util.List;

/**
 * Puts the messages of several processes of one pg_restore apart. They share one stderr, and each
 * writes its name, the kind of the message and its text one by one ({@code pg_log_generic_v} in
 * PostgreSQL's logging.c), so that with 4 jobs every tenth line is like one of these:
 *
 * <pre>
 * pg_restore:pg_restore: error:  creating INDEX "public.i"
 * could not execute query: ERROR:  role "gone" does not exist
 * </pre>
 *
 * <p>What is written at once stays together: a text and the {@code Command was:} behind it.
 */
final class InterleavedLines implements ToolLines {
  private static final String NAME = "pg_restore:";
  private static final String ERROR = "error: ";
  private static final String WARNING = "warning: ";

  /** With these a line goes on that was begun before. */
  private static final List<String> DETAILS =
      List.of("Command was: ", "DETAIL:", "HINT:", "CONTEXT:", "LINE ", "QUERY:");

  /** Names that were written, whose text is still to come. */
  private int names;

  /** Of these, how many are errors and warnings. */
  private int errors;

  private int warnings;

  @Override
  public List<String> next(String line) {
    int at = begin(line);
    var text = line.substring(at);
    if (names == 0 || (at == 0 && isDetail(text))) {
      return List.of(line);
    }
    names--;
    var message = NAME + " " + kind(text) + text;
    if (names == 0) {
      errors = 0;
      warnings = 0;
    }
    return List.of(message);
  }

  /** Takes names and kinds from a line's beginning; where the rest begins. */
  private int begin(String line) {
    int at = 0;
    while (true) {
      if (line.startsWith(NAME, at)) {
        names++;
        at += NAME.length();
      } else if (names > 0 && line.startsWith(ERROR, at)) {
        errors++;
        at += ERROR.length();
      } else if (names > 0 && line.startsWith(WARNING, at)) {
        warnings++;
        at += WARNING.length();
      } else if (names > 0 && line.startsWith(" ", at)) {
        at++;
      } else {
        return at;
      }
    }
  }

  /** Which of the kinds that were written belongs to a text. */
  private String kind(String text) {
    if (isInformation(text)) {
      return "";
    }
    if (errors > 0) {
      errors--;
      return ERROR;
    }
    if (warnings > 0) {
      warnings--;
      return WARNING;
    }
    return "";
  }

  private boolean isDetail(String text) {
    return text.isBlank()
        || DETAILS.stream().anyMatch(text::startsWith)
        || (errors == 0 && warnings == 0 && !isInformation(text));
  }

  private static boolean isInformation(String text) {
    return EntryProgress.isProgress(text)
        || text.startsWith("while ")
        || text.startsWith("from TOC entry ");
  }
}
