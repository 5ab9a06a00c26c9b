package io.pgcask.runner.restore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What of a Plain dump decides whether it can be run over an existing database, in one transaction:
 * found by reading all of it.
 *
 * @param drops whether it drops what it makes, as pg_dump writes it with {@code --clean}
 * @param commits whether it holds large objects, around which pg_dump writes BEGIN and COMMIT
 */
record CleanScript(boolean drops, boolean commits) {
  private static final int BUFFER = 128 << 10;

  /** A longer line is none that is looked for. */
  private static final int MAX_LINE = 128;

  private static final String ENTRY = "-- Name: ";
  private static final String DATA = "-- Data for Name: ";

  /**
   * Before 17 the values of large objects begin so; in a line of its own only there, or in data.
   */
  private static final String LARGE_OBJECT = "SELECT pg_catalog.lo_open(";

  /**
   * Reads a dump to its end.
   *
   * @param sql plain text
   */
  static CleanScript read(InputStream sql) throws IOException {
    var buffer = new byte[BUFFER];
    var line = new byte[MAX_LINE];
    int length = 0;
    boolean drops = false;
    boolean commits = false;
    boolean inEntries = false;
    for (int count = sql.read(buffer); count >= 0; count = sql.read(buffer)) {
      for (int i = 0; i < count; i++) {
        if (buffer[i] != '\n') {
          if (length < MAX_LINE) {
            line[length] = buffer[i];
          }
          length++;
          continue;
        }
        // most lines are data: only their first byte is looked at
        if (length > 0 && (line[0] == '-' || line[0] == 'S' || !inEntries)) {
          var text = new String(line, 0, Math.min(length, MAX_LINE), StandardCharsets.ISO_8859_1);
          inEntries |= text.startsWith(ENTRY) || text.startsWith(DATA);
          drops |= !inEntries && text.startsWith("DROP ");
          commits |= text.startsWith(LARGE_OBJECT);
        }
        length = 0;
      }
    }
    return new CleanScript(drops, commits);
  }
}
