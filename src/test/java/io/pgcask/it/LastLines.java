package io.pgcask.it;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.testcontainers.containers.output.OutputFrame;

/** What a container printed last. */
final class LastLines implements Consumer<OutputFrame> {

  private final int limit;
  private final Deque<String> lines = new ArrayDeque<>();

  LastLines(int limit) {
    this.limit = limit;
  }

  @Override
  public synchronized void accept(OutputFrame frame) {
    frame
        .getUtf8String()
        .lines()
        .forEach(
            line -> {
              if (lines.size() == limit) {
                lines.removeFirst();
              }
              lines.addLast(line);
            });
  }

  @Override
  public synchronized String toString() {
    return String.join("\n", lines);
  }
}
