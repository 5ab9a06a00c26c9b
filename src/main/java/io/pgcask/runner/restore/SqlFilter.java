package io.pgcask.runner.restore;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * SQL of pg_dump or pg_restore on its way into psql. Three things are done to it, all of them where
 * no data can be:
 *
 * <ul>
 *   <li>its own {@code \restrict} and {@code \\unrestrict} lines are taken out and the whole is put
 *       under a {@code \restrict} with a random key of ours, so that no other meta-command of psql
 *       runs, whoever wrote the dump;
 *   <li>{@code SET transaction_timeout = 0;} of newer clients is taken out of the lines before the
 *       first entry, since servers before 17 do not know it;
 *   <li>on request, the owner of schema public stays the target's;
 *   <li>on request, all of it is one transaction. The COMMIT is sent behind the end of a dump that
 *       was read whole: psql's own {@code --single-transaction} commits whenever its input ends,
 *       also when the one who wrote it was killed.
 * </ul>
 */
final class SqlFilter extends FilterOutputStream {
  private static final String ENTRY = "-- Name: ";
  private static final String TIMEOUT = "SET transaction_timeout = 0;";
  private static final Pattern RESTRICT = Pattern.compile("\\\\restrict ([A-Za-z0-9]{1,128})");
  private static final Pattern PUBLIC_OWNER =
      Pattern.compile("ALTER SCHEMA public OWNER TO [^;]*;");

  /** Schemas come first in a dump; behind the first entry of another kind there is data. */
  private static final Pattern SCHEMA_ENTRY =
      Pattern.compile("-- Name: .*; Type: (SCHEMA|COMMENT|ACL); .*");

  /** A longer line is none that is looked for. */
  private static final int MAX_LINE = 64 << 10;

  /** Holds back the end, which may be the line that closes the dump's own restriction. */
  private static final int TAIL = 256;

  private final boolean keepPublicOwner;
  private final boolean transaction;
  private final String key;
  private final byte[] line = new byte[MAX_LINE];
  private final byte[] tail = new byte[TAIL];

  private int lineLength;
  private int tailLength;
  private boolean byLine = true;
  private boolean inEntries;
  private String ownKey = "";

  /**
   * Into psql.
   *
   * @param keepPublicOwner whether statements that give schema public another owner are taken out
   * @param transaction whether all of it is one transaction
   */
  SqlFilter(OutputStream psql, boolean keepPublicOwner, boolean transaction) throws IOException {
    this(psql, keepPublicOwner, transaction, new SecureRandom());
  }

  SqlFilter(OutputStream psql, boolean keepPublicOwner, boolean transaction, SecureRandom random)
      throws IOException {
    super(psql);
    this.keepPublicOwner = keepPublicOwner;
    this.transaction = transaction;
    var bytes = new byte[24];
    random.nextBytes(bytes);
    this.key = HexFormat.of().formatHex(bytes);
    out.write(
        ("\\restrict " + key + "\n" + (transaction ? "BEGIN;\n" : ""))
            .getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (byLine && from < end) {
      byte b = bytes[from++];
      line[lineLength++] = b;
      if (b == '\n') {
        endOfLine();
      } else if (lineLength == MAX_LINE) {
        passThroughFromHere();
      }
    }
    if (from < end) {
      pass(bytes, from, end - from);
    }
  }

  private void endOfLine() throws IOException {
    // one byte is one character: what is looked for is ASCII
    var text = new String(line, 0, lineLength - 1, StandardCharsets.ISO_8859_1);
    if (text.startsWith(ENTRY)) {
      inEntries = true;
      if (!keepPublicOwner || !SCHEMA_ENTRY.matcher(text).matches()) {
        passThroughFromHere();
        return;
      }
    }
    if (!isDropped(text)) {
      pass(line, 0, lineLength);
    }
    lineLength = 0;
  }

  private boolean isDropped(String text) {
    if (inEntries) {
      return PUBLIC_OWNER.matcher(text).matches();
    }
    var restrict = RESTRICT.matcher(text);
    if (ownKey.isEmpty() && restrict.matches()) {
      ownKey = restrict.group(1);
      return true;
    }
    return text.equals(TIMEOUT);
  }

  private void passThroughFromHere() throws IOException {
    byLine = false;
    pass(line, 0, lineLength);
    lineLength = 0;
  }

  /** Writes all but the last bytes, which may turn out to be the end. */
  private void pass(byte[] bytes, int offset, int length) throws IOException {
    int over = Math.max(0, tailLength + length - TAIL);
    int ofTail = Math.min(over, tailLength);
    out.write(tail, 0, ofTail);
    System.arraycopy(tail, ofTail, tail, 0, tailLength - ofTail);
    tailLength -= ofTail;
    int ofBytes = over - ofTail;
    out.write(bytes, offset, ofBytes);
    System.arraycopy(bytes, offset + ofBytes, tail, tailLength, length - ofBytes);
    tailLength += length - ofBytes;
  }

  /** The end of the dump: only after it had been read whole. */
  void finish() throws IOException {
    if (lineLength > 0) {
      passThroughFromHere();
    }
    var end = new String(tail, 0, tailLength, StandardCharsets.ISO_8859_1);
    if (!ownKey.isEmpty()) {
      var closing = "\n\\unrestrict " + ownKey + "\n";
      int at = end.lastIndexOf(closing);
      if (at >= 0 && end.substring(at + closing.length()).isBlank()) {
        end = end.substring(0, at + 1);
      }
    }
    out.write(end.getBytes(StandardCharsets.ISO_8859_1));
    out.write(
        ((transaction ? "\nCOMMIT;\n" : "") + "\n\\unrestrict " + key + "\n")
            .getBytes(StandardCharsets.US_ASCII));
    tailLength = 0;
    out.flush();
  }
}
