package io.pgcask.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Archives of format 1.16 with any number of entries, as small as they can be. */
final class SmallEntries {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private SmallEntries() {}

  static byte[] archive(int entries) {
    var archive = new SmallEntries();
    archive.bytes.writeBytes(new byte[] {'P', 'G', 'D', 'M', 'P', 1, 16, 0, 4, 8, 1, 0});
    for (int part : new int[] {0, 0, 0, 1, 0, 126, 0}) {
      archive.integer(part);
    }
    archive.texts("database", "18", "18");
    archive.integer(entries);
    for (int i = 1; i <= entries; i++) {
      archive.entry(i);
    }
    return archive.bytes.toByteArray();
  }

  private void entry(int dumpId) {
    integer(dumpId);
    integer(0);
    texts("0", "0", "t", "T");
    integer(2);
    texts("x", "y", "z", "n", "", "");
    integer('r');
    texts("o", "false", "1");
    integer(-1);
    bytes.writeBytes(new byte[] {3, 0, 0, 0, 0, 0, 0, 0, 0});
  }

  private void integer(int value) {
    bytes.write(value < 0 ? 1 : 0);
    int rest = Math.abs(value);
    for (int i = 0; i < 4; i++) {
      bytes.write(rest >> (8 * i));
    }
  }

  private void texts(String... texts) {
    for (var text : texts) {
      var encoded = text.getBytes(StandardCharsets.UTF_8);
      integer(encoded.length);
      bytes.writeBytes(encoded);
    }
  }
}
