package io.pgcask.runner.age;

import java.util.ArrayList;
import java.util.List;

/**
 * A text with one key per line, as age's own files: blank lines and lines that begin with {@code #}
 * are skipped.
 */
final class KeyLines {
  static final String SECRET_PREFIX = "AGE-SECRET-KEY-";

  private KeyLines() {}

  /**
   * A line that is no comment.
   *
   * @param number counted from 1
   */
  record Line(int number, String text) {
    boolean isIdentity() {
      return text.regionMatches(true, 0, SECRET_PREFIX, 0, SECRET_PREFIX.length());
    }

    boolean isSsh() {
      return text.startsWith("ssh-") || text.startsWith("-----BEGIN OPENSSH");
    }

    boolean isEncryptedFile() {
      return text.startsWith("age-encryption.org/") || text.startsWith("-----BEGIN AGE");
    }

    @Override
    public String toString() {
      return "line " + number;
    }
  }

  static List<Line> of(String text) {
    var lines = new ArrayList<Line>();
    int number = 0;
    for (var line : text.split("\n", -1)) {
      number++;
      var stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        lines.add(new Line(number, stripped));
      }
    }
    return lines;
  }
}
