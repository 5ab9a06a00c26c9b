package io.pgcask.postgres;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Text with blocks between {@code -----BEGIN X-----} and {@code -----END X-----}. */
final class Pem {
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
  private static final String DASHES = "-----";

  private Pem() {}

  /**
   * A block.
   *
   * @param label what it says it is, for example {@code RSA PRIVATE KEY}
   * @param encrypted whether its old-style header says that it is
   * @param der what it holds
   */
  record Block(String label, boolean encrypted, byte[] der) {}

  /**
   * The blocks of a text, in their order; what stands between them is a comment.
   *
   * @param name of the text, for the message
   * @throws InvalidSecretException if a block does not hold Base64
   */
  static List<Block> read(String name, byte[] text) throws InvalidSecretException {
    var blocks = new ArrayList<Block>();
    var all = new String(text, StandardCharsets.ISO_8859_1);
    var begin = BEGIN.matcher(all);
    int at = 0;
    while (begin.find(at)) {
      int end = all.indexOf(DASHES, begin.end());
      if (end < 0) {
        break;
      }
      if (all.startsWith("-----END %s-----".formatted(begin.group(1)), end)) {
        blocks.add(decoded(name, begin.group(1), all.substring(begin.end(), end)));
      }
      at = end;
    }
    return blocks;
  }

  private static Block decoded(String name, String label, String body)
      throws InvalidSecretException {
    int headers = body.lastIndexOf(':') < 0 ? 0 : endOfHeaders(body);
    try {
      return new Block(
          label,
          body.substring(0, headers).contains("ENCRYPTED"),
          Base64.getDecoder().decode(body.substring(headers).replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      throw new InvalidSecretException(
          "%s is damaged: the block %s is no Base64".formatted(name, label));
    }
  }

  /** The text of a block. */
  static String block(String label, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
  }

  /** Headers such as {@code Proc-Type: 4,ENCRYPTED} end with an empty line. */
  private static int endOfHeaders(String body) {
    var empty = Pattern.compile("\\r?\\n[ \\t]*\\r?\\n").matcher(body);
    return empty.find(body.lastIndexOf(':')) ? empty.end() : body.length();
  }
}
