package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Times;
import io.pgcask.operator.backup.BackupPlaces;
import io.pgcask.operator.schedule.WrongClock;
import io.pgcask.operator.schedule.health.GoodBackups;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One Backup of a schedule as retention sees it. Pure.
 *
 * @param time the slot it was made for, else when its snapshot was taken, else when it ended or was
 *     created
 * @param created when it was, by the API server's clock
 * @param trouble in a word, if as an attempt it was none that one can rely on
 * @param spared why it stays whatever the rules say
 * @param lockedUntil until when object lock protects its data
 */
record Candidate(
    String name,
    Instant time,
    Instant created,
    Series series,
    Standing standing,
    Optional<String> trouble,
    Optional<String> spared,
    Optional<Instant> lockedUntil) {

  /** The newest first; of equal times always in the same order. */
  static final Comparator<Candidate> NEWEST_FIRST =
      Comparator.comparing(Candidate::time).thenComparing(Candidate::name).reversed();

  private static final String AHEAD = "its time lies ahead of the clock";

  /** As a Backup says it, whatever the time is now: see {@link #asOf}. */
  static Candidate of(Backup backup, boolean verifiedOnly) {
    Optional<BackupStatus> status = Optional.ofNullable(backup.getStatus());
    return new Candidate(
        backup.getMetadata().getName(),
        timeOf(backup),
        Times.created(backup),
        Series.of(backup),
        standing(backup, verifiedOnly),
        status.flatMap(found -> troubleOf(backup, found)),
        sparedBy(backup),
        status.flatMap(Candidate::lockOf));
  }

  /** One that will have been made at that time and be good. */
  static Candidate expected(Instant time, Series series) {
    return new Candidate(
        "",
        time,
        time,
        series,
        new Standing.Good(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * As it is to be judged at a time. What a clock that was ahead has dated counts as of the
   * creation. If that lies ahead, too, nobody knows how old it is: it is not the newest until that
   * date has come, so it displaces nothing and pauses nothing, and stays.
   */
  Candidate asOf(Instant now) {
    if (!WrongClock.isAhead(time, now)) {
      return this;
    }
    return WrongClock.isAhead(created, now) ? with(time, apart(AHEAD)) : with(created, standing);
  }

  private Standing apart(String why) {
    return standing instanceof Standing.Apart already ? already : new Standing.Apart(why);
  }

  private Candidate with(Instant time, Standing standing) {
    return new Candidate(name, time, created, series, standing, trouble, spared, lockedUntil);
  }

  /** Whether it is one that counts. */
  boolean isGood() {
    return standing instanceof Standing.Good;
  }

  /** Whether there may be data of it. */
  boolean holdsData() {
    return standing instanceof Standing.Good || standing instanceof Standing.Uncounted;
  }

  /** Whether it is an attempt of the schedule that has ended, as far as that is still known. */
  boolean isEndedAttempt() {
    return !(standing instanceof Standing.Apart);
  }

  private static Standing standing(Backup backup, boolean verifiedOnly) {
    var status = backup.getStatus();
    if (status == null || status.phase() == null) {
      return new Standing.Apart("it has not begun");
    }
    if (backup.getSpec().imported() != null) {
      return new Standing.Apart("it was imported: retention removes what the schedule has made");
    }
    if (backup.isMarkedForDeletion()) {
      return new Standing.Apart("it is being deleted");
    }
    if (BackupPlaces.holdsData(backup) && BackupPlaces.isOfAnother(backup)) {
      return new Standing.Apart("its data is that of the Backup it is a copy of");
    }
    return switch (status.phase()) {
      case QUEUED, PENDING, RUNNING, VERIFYING -> new Standing.Apart("it has not ended");
      case DELETING -> new Standing.Apart("its data is being deleted");
      case EXPIRED ->
          Reason.DATA_LEFT_BEHIND.word().equals(status.reason())
              ? new Standing.Apart("it is the record of data that could not be deleted")
              : new Standing.Gone();
      case FAILED ->
          BackupPlaces.holdsData(backup)
              ? new Standing.Uncounted("it failed, and there is data of it")
              : new Standing.Failed();
      case COMPLETED -> completed(backup, verifiedOnly);
    };
  }

  private static Standing completed(Backup backup, boolean verifiedOnly) {
    if (GoodBackups.isFoundDamaged(backup)) {
      return new Standing.Uncounted("it is damaged");
    }
    if (!GoodBackups.isWhole(backup)) {
      return new Standing.Uncounted("it is partial");
    }
    if (verifiedOnly && !isVerified(backup.getStatus())) {
      return new Standing.Uncounted("it is not verified");
    }
    return new Standing.Good();
  }

  private static boolean isVerified(BackupStatus status) {
    return status.conditions() != null
        && status.conditions().stream()
            .anyMatch(
                condition -> condition.type().equals(Condition.VERIFIED) && condition.holds());
  }

  private static Optional<String> troubleOf(Backup backup, BackupStatus status) {
    if (status.phase() == BackupPhase.FAILED) {
      return Optional.of("failed (%s)".formatted(status.reason()));
    }
    return status.phase() == BackupPhase.COMPLETED && GoodBackups.isFoundDamaged(backup)
        ? Optional.of("is damaged")
        : Optional.empty();
  }

  private static Optional<String> sparedBy(Backup backup) {
    if (Boolean.TRUE.equals(backup.getSpec().hold())) {
      return Optional.of("spec.hold is true");
    }
    var handled = backup.getStatus() == null ? null : backup.getStatus().lastHandled();
    return Labels.asked(backup, Labels.VERIFY, handled == null ? null : handled.verify())
        .map(value -> "it is being verified");
  }

  private static Optional<Instant> lockOf(BackupStatus status) {
    var resolved = status.resolved();
    if (resolved == null || status.completionTime() == null) {
      return Optional.empty();
    }
    var copies = resolved.copies() == null ? Stream.<Storage>empty() : resolved.copies().stream();
    return Stream.concat(Stream.ofNullable(resolved.storage()), copies)
        .map(Storage::s3)
        .filter(s3 -> s3 != null && s3.objectLock() != null)
        .map(s3 -> status.completionTime().plus(Duration.ofDays(s3.objectLock().days())))
        .max(Comparator.naturalOrder());
  }

  /** A slot counts only if the Backup can have been made for it: none is made before its slot. */
  private static Instant timeOf(Backup backup) {
    return GoodBackups.slot(backup)
        .filter(slot -> !GoodBackups.isBefore(backup, slot))
        .or(() -> GoodBackups.snapshot(backup))
        .orElseGet(() -> GoodBackups.ended(backup));
  }
}
