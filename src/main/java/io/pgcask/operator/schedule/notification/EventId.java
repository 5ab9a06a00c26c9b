package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.NotificationEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The identity of an event: a function of what happened, so that a restart or a lost write finds
 * the same event again and never makes a second one. 32 hexadecimal digits.
 */
final class EventId {

  private static final int BYTES = 16;

  private EventId() {}

  /**
   * The event's identity.
   *
   * @param schedule UID of the schedule
   * @param subject UID of the Backup, or the time since which the schedule is overdue
   */
  static String of(String schedule, NotificationEvent event, String subject) {
    return hash(schedule + '\n' + event + '\n' + subject);
  }

  /** The identity of the call that says that a Backup is good. */
  static String heartbeat(String schedule, String backup) {
    return hash(schedule + "\nheartbeat\n" + backup);
  }

  private static String hash(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
