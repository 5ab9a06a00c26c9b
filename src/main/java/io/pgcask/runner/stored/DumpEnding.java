package io.pgcask.runner.stored;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The end of a text, to see whether it is how pg_dump ends when it has written everything. */
public final class DumpEnding {
  private static final String CLOSING_LINE = "\n-- PostgreSQL database dump complete\n";

  /** Behind it comes a line or two, since 17.6 also {@code \\unrestrict} with its key. */
  private static final int KEPT = 512;

  private byte[] end = new byte[0];

  /** Takes more of the text, the first bytes of an array. */
  public void append(byte[] bytes, int count) {
    append(bytes, 0, count);
  }

  void append(byte[] bytes, int offset, int count) {
    int from = Math.max(0, count - KEPT);
    var joined = Arrays.copyOf(end, end.length + count - from);
    System.arraycopy(bytes, offset + from, joined, end.length, count - from);
    end = Arrays.copyOfRange(joined, Math.max(0, joined.length - KEPT), joined.length);
  }

  /** Whether the closing line is there. */
  public boolean isComplete() {
    return text().contains(CLOSING_LINE);
  }

  /** Whether a line stands behind the closing line. */
  boolean closesWith(String line) {
    int at = text().indexOf(CLOSING_LINE);
    return at >= 0 && text().indexOf("\n" + line + "\n", at) >= 0;
  }

  /** Whether it ends with a text, blank lines aside. */
  boolean endsWith(String last) {
    var text = text().stripTrailing();
    return text.equals(last) || text.endsWith("\n" + last);
  }

  /** Of the end, all of the text if it is short. */
  String text() {
    return new String(end, StandardCharsets.ISO_8859_1);
  }
}
