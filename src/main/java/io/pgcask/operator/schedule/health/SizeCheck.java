package io.pgcask.operator.schedule.health;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.schedule.TemplateSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether the newest good Backup is suspiciously small. Pure.
 *
 * <p>A table that was emptied by mistake makes a Backup that is Completed and whole, and in time
 * retention removes those that had the rows. So the newest is held against the median of those
 * before it, in bytes and in rows. One that is much larger is no alarm: a backup holds nothing less
 * for it.
 */
final class SizeCheck {

  /** So many before the newest are looked at. */
  private static final int BEFORE = 10;

  /** With fewer there is no telling what is usual. */
  private static final int AT_LEAST = 3;

  /** Less than the median divided by this is an anomaly. */
  private static final int FACTOR = 2;

  /** A median below says nothing: a dump has a frame, and a small table comes and goes. */
  private static final long LEAST_BYTES = 1 << 20;

  private static final long LEAST_ROWS = 10_000;

  private SizeCheck() {}

  /**
   * Looks.
   *
   * @param good the one with the youngest data first
   */
  static Verdict of(List<Backup> good) {
    var alike =
        good.stream()
            .filter(backup -> TemplateSpec.sameDump(backup.getSpec(), good.getFirst().getSpec()))
            .toList();
    if (alike.size() <= AT_LEAST) {
      return Verdict.unknown(
          Condition.SIZE_ANOMALY,
          Reason.TOO_FEW_BACKUPS,
          "the size of a Backup is compared with those of at least %d good ones before it of the same kind; there are %d"
              .formatted(AT_LEAST, Math.max(0, alike.size() - 1)));
    }
    var newest = alike.getFirst();
    var before = alike.subList(1, Math.min(alike.size(), BEFORE + 1));
    return drop(
            newest,
            before,
            BackupStatus::sizeBytes,
            LEAST_BYTES,
            (now, usual) ->
                "has %s in storage, and %s is usual"
                    .formatted(Quantities.formatBytes(now), Quantities.formatBytes(usual)))
        .or(
            () ->
                drop(
                    newest,
                    before,
                    BackupStatus::estimatedRows,
                    LEAST_ROWS,
                    (now, usual) ->
                        "holds about %d rows, and about %d are usual".formatted(now, usual)))
        .map(
            what ->
                Verdict.yes(
                    Condition.SIZE_ANOMALY,
                    Reason.SIZE_DROPPED,
                    "Backup %s %s: look whether data is missing in the database, and set hold on an earlier Backup before it is removed"
                        .formatted(newest.getMetadata().getName(), what)))
        .orElseGet(
            () ->
                Verdict.no(
                    Condition.SIZE_ANOMALY,
                    Reason.SIZE_AS_USUAL,
                    "Backup %s is not much smaller than those before it"
                        .formatted(newest.getMetadata().getName())));
  }

  private interface Words {
    String of(long now, long usual);
  }

  /** What to say of a number that has dropped; empty if it has not, or is not known. */
  private static Optional<String> drop(
      Backup newest,
      List<Backup> before,
      Function<BackupStatus, Long> number,
      long least,
      Words words) {
    var now = number.apply(newest.getStatus());
    var known =
        before.stream()
            .map(Backup::getStatus)
            .map(number)
            .filter(Objects::nonNull)
            .sorted()
            .toList();
    if (now == null || known.size() < AT_LEAST) {
      return Optional.empty();
    }
    // of an even number the lower one: rather no alarm
    long usual = known.get((known.size() - 1) / 2);
    return usual >= least && now < usual / FACTOR
        ? Optional.of(words.of(now, usual))
        : Optional.empty();
  }
}
