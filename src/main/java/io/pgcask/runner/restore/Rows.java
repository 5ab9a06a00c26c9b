package io.pgcask.runner.restore;

import java.util.List;
import java.util.function.Consumer;

/** Many things of one kind, as few rows of a plan. */
final class Rows {
  /** Of one kind; the plan of a Restore has 64 rows in all. */
  private static final int MAX = 6;

  private Rows() {}

  /** A row for each, as many as there may be; the last tells how many more there are. */
  static void each(List<String> texts, Consumer<String> row) {
    texts.stream().limit(texts.size() > MAX ? MAX - 1 : MAX).forEach(row);
    if (texts.size() > MAX) {
      row.accept(texts.get(MAX - 1) + " (and %d more)".formatted(texts.size() - MAX));
    }
  }
}
