package io.pgcask.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Names of the objects that the operator makes. All but an Event's are functions of the owner, so
 * that a second operator, or the same one after a restart, finds what the first made.
 */
public final class Names {

  /** Longest name of a Job: its pods carry it as a label value. */
  private static final int JOB_NAME_MAX = 63;

  private static final int OBJECT_NAME_MAX = 253;
  private static final DateTimeFormatter SLOT =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Names() {}

  /** First eight characters of a UID: enough to tell apart two resources of the same name. */
  public static String uid8(HasMetadata resource) {
    return resource.getMetadata().getUid().substring(0, 8);
  }

  /**
   * Name of a Job of the resource: {@code <name>-<uid8>-<suffix>}, at most 63 characters and a
   * valid label value whatever the resource is called.
   */
  public static String job(HasMetadata owner, String suffix) {
    var tail = "-" + uid8(owner) + "-" + suffix;
    return shorten(owner.getMetadata().getName(), JOB_NAME_MAX - tail.length()).replace('.', '-')
        + tail;
  }

  /** Name of the Backup that a schedule creates for a slot. */
  public static String scheduledBackup(String schedule, Instant slot) {
    return slotBackup(schedule, slot, "");
  }

  /** Name of the one that it creates for a slot if the first was made by a clock that was ahead. */
  public static String repeatedBackup(String schedule, Instant slot) {
    return slotBackup(schedule, slot, "-2");
  }

  private static String slotBackup(String schedule, Instant slot, String suffix) {
    var tail = "-" + SLOT.format(slot) + suffix;
    return shorten(schedule, OBJECT_NAME_MAX - tail.length()) + tail;
  }

  /**
   * Name of the Backup that a schedule creates because somebody asked for it: {@code
   * <name>-now-<hash>}, at most 253 characters.
   *
   * @param asked what makes this request one
   */
  public static String requestedBackup(HasMetadata schedule, String asked) {
    var tail = "-now-" + hash8(schedule.getMetadata().getUid() + "/" + asked);
    return shorten(schedule.getMetadata().getName(), OBJECT_NAME_MAX - tail.length()) + tail;
  }

  /**
   * Name of the Backup that saves the target of a Restore: {@code <name>-safety-<uid8>}, at most
   * 253 characters.
   */
  public static String safetyBackup(HasMetadata restore) {
    var tail = "-safety-" + uid8(restore);
    return shorten(restore.getMetadata().getName(), OBJECT_NAME_MAX - tail.length()) + tail;
  }

  /** A label value for a name of up to 253 characters. */
  public static String labelValue(String name) {
    return shorten(name, 63);
  }

  /** The name itself, or its beginning and eight hexadecimal digits of its hash. */
  private static String shorten(String name, int max) {
    if (name.length() <= max) {
      return name;
    }
    var head = name.substring(0, max - 9).replaceAll("[-.]+$", "");
    return head + "-" + hash8(name);
  }

  /** Eight hexadecimal digits that stand for a text. */
  public static String hash8(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
