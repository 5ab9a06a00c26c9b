package io.pgcask.operator.schedule.health;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Times;
import io.pgcask.operator.schedule.WrongClock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Which Backups of a schedule count, and how old their data is. Pure. */
public final class GoodBackups {

  private static final Set<BackupPhase> ENDED = Set.of(BackupPhase.COMPLETED, BackupPhase.FAILED);

  private static final Set<BackupPhase> SUCCEEDED =
      Set.of(BackupPhase.COMPLETED, BackupPhase.EXPIRED);

  /** By how much the clocks of the operator and of the API server may differ. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  private GoodBackups() {}

  /** Completed, whole, not found damaged, and not on its way out. */
  public static boolean isGood(Backup backup) {
    return isKept(backup) && isWhole(backup) && !isFoundDamaged(backup);
  }

  /** Completed, and it was found damaged when it was read again. */
  public static boolean isDamaged(Backup backup) {
    return isKept(backup) && isFoundDamaged(backup);
  }

  /** Completed, and neither it nor its data is on its way out. */
  public static boolean isKept(Backup backup) {
    return phase(backup).filter(BackupPhase.COMPLETED::equals).isPresent()
        && !backup.isMarkedForDeletion();
  }

  /** Ended, whether well or badly, and the record is not on its way out. */
  static boolean hasEnded(Backup backup) {
    return phase(backup).filter(ENDED::contains).isPresent() && !backup.isMarkedForDeletion();
  }

  /**
   * It was made, whatever has become of it since. The record of parts that a Failed one left is
   * Expired, too.
   */
  static boolean hasSucceeded(Backup backup) {
    return phase(backup).filter(SUCCEEDED::contains).isPresent()
        && find(backup, Condition.FAILED, "True").isEmpty();
  }

  static boolean hasFailed(Backup backup) {
    return phase(backup).filter(BackupPhase.FAILED::equals).isPresent();
  }

  /** Nothing that was asked for was left out. */
  public static boolean isWhole(Backup backup) {
    var partial = backup.getStatus().partial();
    return partial == null || partial.isEmpty();
  }

  /** It was read again, and is not what was written. */
  public static boolean isFoundDamaged(Backup backup) {
    return find(backup, Condition.VERIFIED, "False").isPresent();
  }

  /** What was found wrong with it, or with one of its copies, when it was read again. */
  public static Optional<String> damage(Backup backup) {
    return find(backup, Condition.VERIFIED, "False").map(Condition::message);
  }

  private static Optional<Condition> find(Backup backup, String type, String status) {
    return Optional.ofNullable(backup.getStatus().conditions()).orElse(List.of()).stream()
        .filter(condition -> condition.type().equals(type) && status.equals(condition.status()))
        .findFirst();
  }

  private static Optional<BackupPhase> phase(Backup backup) {
    return Optional.ofNullable(backup.getStatus()).map(BackupStatus::phase);
  }

  /** The good ones, the one with the youngest data first. */
  public static List<Backup> newestFirst(List<Backup> backups, Instant now) {
    return newestFirst(
        backups.stream().filter(GoodBackups::isGood), backup -> dataTime(backup, now));
  }

  /**
   * The newest first, by a time that is found out once for each: of thousands, every comparison
   * would else read texts anew.
   */
  static List<Backup> newestFirst(Stream<Backup> backups, Function<Backup, Instant> time) {
    record Dated(Backup backup, Instant time) {
      String name() {
        return backup.getMetadata().getName();
      }
    }
    return backups
        .map(backup -> new Dated(backup, time.apply(backup)))
        .sorted(Comparator.comparing(Dated::time).thenComparing(Dated::name).reversed())
        .map(Dated::backup)
        .toList();
  }

  /** The one with the oldest data first; of equal times always in the same order. */
  public static Comparator<Backup> byDataTime(Instant now) {
    return Comparator.comparing((Backup backup) -> dataTime(backup, now))
        .thenComparing(backup -> backup.getMetadata().getName());
  }

  /**
   * As of when a Completed Backup shows the database, to the second: the time of its snapshot, else
   * when its Job was made. Not when it ended: what was written while it ran is not in it. What a
   * clock that was ahead has written counts as of the creation, which the API server's clock tells.
   */
  public static Instant dataTime(Backup backup, Instant now) {
    return snapshot(backup)
        .or(() -> Optional.ofNullable(backup.getStatus().startTime()))
        .filter(WrongClock.believable(now))
        .orElseGet(() -> Times.created(backup))
        .truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * When its snapshot was taken, by the server's clock; empty if that is not known, or the clock
   * was wrong: no snapshot is younger than the end of its backup.
   */
  public static Optional<Instant> snapshot(Backup backup) {
    return Optional.ofNullable(backup.getStatus())
        .map(BackupStatus::snapshotTime)
        .filter(time -> time.isBefore(ended(backup)));
  }

  /** When it ended, as its status says. */
  public static Instant ended(Backup backup) {
    return Optional.ofNullable(backup.getStatus())
        .map(BackupStatus::completionTime)
        .orElseGet(() -> Times.created(backup));
  }

  /** When it ended; of one that was ended by a clock that was ahead, when it was created. */
  public static Instant ended(Backup backup, Instant now) {
    var ended = ended(backup);
    return WrongClock.isAhead(ended, now) ? Times.created(backup) : ended;
  }

  /** The slot that it was created for, or when it was created. */
  static Instant scheduled(Backup backup) {
    return slot(backup)
        .filter(slot -> !isBefore(backup, slot))
        .orElseGet(() -> Times.created(backup));
  }

  /**
   * Whether it was created before that slot, by the clock of the API server: none is, unless the
   * operator's clock was ahead.
   */
  public static boolean isBefore(Backup backup, Instant slot) {
    var created = Times.created(backup);
    return slot.isAfter(created.plus(CLOCKS_DIFFER));
  }

  /** The slot that it says it was created for; empty if it says none, or what is no time. */
  public static Optional<Instant> slot(Backup backup) {
    return Labels.annotation(backup, Labels.SCHEDULED_FOR).flatMap(GoodBackups::time);
  }

  /** People can write annotations, too. */
  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
