package io.pgcask.operator;

import java.time.Duration;
import java.time.Instant;

/**
 * Durations of the API and bytes ({@code 90m}, {@code 12h}, {@code 7d}, {@code 2w}) and for people.
 */
public final class Quantities {

  private Quantities() {}

  /** Reads a duration that the schema has let through. */
  public static Duration parse(String text) {
    var amount = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 'm' -> Duration.ofMinutes(amount);
      case 'h' -> Duration.ofHours(amount);
      case 'd' -> Duration.ofDays(amount);
      case 'w' -> Duration.ofDays(7 * amount);
      default -> throw new IllegalArgumentException("not a duration of the API: " + text);
    };
  }

  /** For people: {@code 4s}, {@code 1m12s}, {@code 3h05m}. */
  public static String format(Duration duration) {
    var seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return "%dm%02ds".formatted(seconds / 60, seconds % 60);
    }
    return "%dh%02dm".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  /** Bytes for people: {@code 812 B}, {@code 1.2 GiB}. */
  public static String formatBytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    var exponent = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    return "%.1f %siB".formatted(bytes / Math.pow(1024, exponent), " KMGTPE".charAt(exponent));
  }

  /** Whether the span since {@code start} has passed. */
  public static boolean passed(Instant start, Duration span, Instant now) {
    return now.isAfter(start.plus(span));
  }
}
