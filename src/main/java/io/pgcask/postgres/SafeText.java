package io.pgcask.postgres;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a message of a server or of a tool fit to be shown: one line, bounded, and quoted values
 * masked, since a quoted value may be somebody's data ({@code invalid input syntax for type
 * integer: "..."}). Names stay: what stands in double quotes right behind a word such as {@code
 * table}. Messages in another language than English lose their names as well, never gain data.
 */
public final class SafeText {
  private static final String KINDS =
      "table|relation|schema|role|user|database|function|procedure|routine|aggregate|operator"
          + "|constraint|index|sequence|column|extension|type|domain|view|server|publication"
          + "|subscription|language|tablespace|trigger|policy|rule|collation|method|encoding"
          + "|parameter|object|wrapper|program|option|file|directory";

  private static final Pattern QUOTED =
      Pattern.compile(
          "(\\b(?i:"
              + KINDS
              + ") \"(?:[^\"]|\"\")*\")" // kept
              + "|\"(?:[^\"]|\"\")*(?:\"|$)"
              // an apostrophe inside a word is no quote
              + "|(?<![\\p{L}\\p{N}])'(?:[^']|'')*(?:'|$)"
              + "|«[^»]*(?:»|$)|»[^«]*(?:«|$)|[„“][^“”]*(?:[“”]|$)|‘[^’]*(?:’|$)|「[^」]*(?:」|$)");

  private SafeText() {}

  /** The first line of a text, without blanks at its ends. */
  public static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("").strip();
  }

  /** The text with quoted values replaced by {@code "***"}; names of objects stay. */
  public static String mask(String text) {
    return QUOTED
        .matcher(text)
        .replaceAll(
            found -> found.group(1) == null ? "\"***\"" : Matcher.quoteReplacement(found.group()));
  }

  /** The text, cut to a number of bytes of UTF-8 on a character's boundary. */
  public static String shorten(String text, int maxBytes) {
    if (text.length() * 3L <= maxBytes
        || text.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
      return text;
    }
    var ellipsis = "...";
    int left = maxBytes - ellipsis.length();
    int end = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > left) {
        break;
      }
      left -= bytes;
      end += Character.charCount(point);
    }
    return text.substring(0, end) + ellipsis;
  }
}
