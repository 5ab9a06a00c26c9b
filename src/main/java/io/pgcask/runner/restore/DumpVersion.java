package io.pgcask.runner.restore;

import java.util.regex.Pattern;

/**
 * A version as a dump tells it.
 *
 * @param text for people, e.g. 17.6; {@code unknown} if it cannot be read
 * @param number as servers count, e.g. 170006; 0 if it cannot be read
 */
record DumpVersion(String text, int number) {
  private static final int WITH_TWO_PARTS = 10;

  /** {@code 17.7 (Debian 17.7-1)}, {@code 18beta1} or {@code 9.6.24}. */
  private static final Pattern VERSION =
      Pattern.compile("([0-9]{1,3})(?:\\.([0-9]{1,3}))?(?:\\.([0-9]{1,3}))?(?![0-9]).*");

  /** Reads one. */
  static DumpVersion of(String text) {
    var parts = VERSION.matcher(text);
    if (!parts.matches()) {
      return new DumpVersion("unknown", 0);
    }
    int major = Integer.parseInt(parts.group(1));
    int minor = part(parts.group(2));
    return new DumpVersion(
        text.split("[^0-9A-Za-z.]", 2)[0],
        major >= WITH_TWO_PARTS
            ? major * 10000 + minor
            : major * 10000 + minor * 100 + part(parts.group(3)));
  }

  private static int part(String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
