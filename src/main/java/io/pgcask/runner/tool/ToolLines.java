package io.pgcask.runner.tool;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a tool's stderr on their way into its {@link ToolLog}: what comes out is logged, and
 * searched for warnings and errors. Lines come one after the other, whatever the thread.
 */
@FunctionalInterface
public interface ToolLines {
  /** Lets every line through. */
  ToolLines ALL = List::of;

  /**
   * Takes a line.
   *
   * @return what is to be logged now: the line, none, another one, or others that were held back
   */
  List<String> next(String line);

  /** The tool has ended: what was held back. */
  default List<String> end() {
    return List.of();
  }

  /** What comes out of this one goes through another one. */
  default ToolLines then(ToolLines second) {
    var first = this;
    return new ToolLines() {
      @Override
      public List<String> next(String line) {
        return through(first.next(line));
      }

      @Override
      public List<String> end() {
        var lines = new ArrayList<>(through(first.end()));
        lines.addAll(second.end());
        return lines;
      }

      private List<String> through(List<String> lines) {
        if (lines.size() == 1) {
          return second.next(lines.getFirst());
        }
        return lines.stream().flatMap(line -> second.next(line).stream()).toList();
      }
    };
  }
}
