package io.pgcask.runner.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The end of a text, to see whether it is how pg_dump ends when it has written everything. */
final class DumpEnding {
  private static final String CLOSING_LINE = "\n-- PostgreSQL database dump complete\n";

  /** Behind it comes a line or two, since 17.6 also {@code \\unrestrict} with its key. */
  private static final int KEPT = 512;

  private byte[] end = new byte[0];

  /** Takes more of the text. */
  void append(byte[] bytes, int count) {
    int from = Math.max(0, count - KEPT);
    var joined = Arrays.copyOf(end, end.length + count - from);
    System.arraycopy(bytes, from, joined, end.length, count - from);
    end = Arrays.copyOfRange(joined, Math.max(0, joined.length - KEPT), joined.length);
  }

  /** Whether the closing line is there. */
  boolean isComplete() {
    return new String(end, StandardCharsets.ISO_8859_1).contains(CLOSING_LINE);
  }
}
