package io.pgcask.contract;

import java.nio.charset.StandardCharsets;

/**
 * How a restore in mode Replace calls the database that it fills and the one that it puts aside.
 * Both names carry the beginning of the Restore's UID, so that two restores never share one.
 *
 * @param temporary what is restored into, until it gets the name of the target
 * @param kept what was the target before
 */
public record ReplacementNames(String temporary, String kept) {
  /** PostgreSQL cuts longer names, wherever that is. */
  private static final int MAX_BYTES = 63;

  private static final int UID_DIGITS = 8;

  /** The names for a database and the UID of a Restore. */
  public static ReplacementNames of(String database, String uid) {
    var digits = uid.substring(0, Math.min(UID_DIGITS, uid.length()));
    return new ReplacementNames(
        withSuffix(database, "_pgcask_" + digits), withSuffix(database, "_before_" + digits));
  }

  /**
   * The comment of a database that is being filled. It goes when the database gets its name, so one
   * that has it and is left is unfinished, and of that Restore.
   */
  public static String mark(String uid) {
    return "being restored by pgcask, Restore " + uid;
  }

  /** The name, cut between two characters so far that the suffix fits. */
  private static String withSuffix(String name, String suffix) {
    int end = name.length();
    while (bytes(name.substring(0, end)) + bytes(suffix) > MAX_BYTES) {
      end = name.offsetByCodePoints(end, -1);
    }
    return name.substring(0, end) + suffix;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
