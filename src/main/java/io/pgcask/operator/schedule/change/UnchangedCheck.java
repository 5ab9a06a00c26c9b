package io.pgcask.operator.schedule.change;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.event.Places;
import io.pgcask.operator.schedule.change.SkipDecision.Run;
import io.pgcask.operator.schedule.health.GoodBackups;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Says whether a slot can be skipped, and looks at the database for that beside the reconcilers. A
 * few looks run at a time. A look that takes too long speaks for a Backup.
 *
 * <p>What is known is kept in memory for the slot that is due: after a start of the operator it is
 * looked anew.
 */
@ApplicationScoped
public class UnchangedCheck {

  private static final int PLACES = 8;

  /** From the first question on, waiting for a place included. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration TO_CREATE_A_BACKUP = Duration.ofSeconds(5);

  /** What was seen longer ago says nothing of now. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private static final Logger LOG = Logger.getLogger(UnchangedCheck.class);

  private final DatabaseLook database;
  private final Clock clock;
  private final Places places = new Places(PLACES);
  private final ConcurrentHashMap<String, Look> looks = new ConcurrentHashMap<>();

  /** Made by the container, and by tests with parts of their own. */
  public UnchangedCheck(DatabaseLook database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** What there is to say of a slot. */
  public sealed interface Answer {

    /** This is to be done. */
    record Decided(SkipDecision decision) implements Answer {}

    /**
     * The database is being looked at; the end is told.
     *
     * @param until when to ask again if it is not
     */
    record Pending(Instant until) implements Answer {}
  }

  /**
   * A look for a slot.
   *
   * @param backup name of the Backup that the database is compared with
   * @param from when it was begun
   * @param seen what came of it, and when; empty while it runs
   */
  private record Look(Instant slot, String backup, Instant from, Optional<Seen> seen) {

    boolean isFor(Instant slot, String backup) {
      return this.slot.equals(slot) && this.backup.equals(backup);
    }
  }

  private record Seen(SkipDecision decision, Instant at) {}

  /**
   * Says what is to be done with a slot that is due, of a schedule with skipIfUnchanged. To be
   * asked again until it is decided.
   *
   * @param children all Backups of the schedule
   * @param begin when the Backup of the slot is to begin, from which on startingDeadlineSeconds
   *     count: what is not known shortly before they have passed speaks for a Backup
   * @param wake called, on another thread, when a look has ended
   */
  public Answer ask(
      BackupSchedule schedule,
      List<Backup> children,
      Instant slot,
      Instant begin,
      Consumer<BackupSchedule> wake) {
    var now = clock.instant();
    var newest = children.stream().filter(GoodBackups::isGood).max(GoodBackups.byDataTime(now));
    var obstacle = SkipRule.beforeLooking(schedule, newest, now);
    if (obstacle.isPresent()) {
      return new Answer.Decided(obstacle.get());
    }
    var backup = newest.get().getMetadata().getName();
    var starts = new AtomicBoolean();
    var look =
        looks.compute(
            schedule.getMetadata().getUid(),
            (uid, known) -> {
              starts.set(known == null || !known.isFor(slot, backup) || isStale(known, now));
              return starts.get() ? new Look(slot, backup, now, Optional.empty()) : known;
            });
    if (starts.get()) {
      Thread.ofVirtual()
          .name("look for changes for " + schedule.getMetadata().getName())
          .start(() -> run(schedule, newest.get(), look, wake));
    }
    var until = earlier(look.from.plus(PATIENCE), latest(schedule, begin));
    return look.seen
        .<Answer>map(seen -> new Answer.Decided(seen.decision))
        .orElseGet(
            () ->
                now.isBefore(until)
                    ? new Answer.Pending(until)
                    : new Answer.Decided(new Run("the database could not be looked at in time")));
  }

  private static Instant latest(BackupSchedule schedule, Instant begin) {
    var deadline = schedule.getSpec().startingDeadlineSeconds();
    return deadline == null ? Instant.MAX : begin.plusSeconds(deadline).minus(TO_CREATE_A_BACKUP);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** A schedule is gone. */
  public void forget(BackupSchedule schedule) {
    looks.remove(schedule.getMetadata().getUid());
  }

  private static boolean isStale(Look look, Instant now) {
    return look.seen.filter(seen -> now.isAfter(seen.at.plus(FRESH))).isPresent();
  }

  private void run(
      BackupSchedule schedule, Backup backup, Look look, Consumer<BackupSchedule> wake) {
    var decision = places.take(() -> decision(schedule, backup));
    var seen = new Seen(decision, clock.instant());
    looks.computeIfPresent(
        schedule.getMetadata().getUid(),
        (uid, known) ->
            known == look ? new Look(look.slot, look.backup, look.from, Optional.of(seen)) : known);
    wake.accept(schedule);
  }

  private SkipDecision decision(BackupSchedule schedule, Backup backup) {
    try {
      return database.since(schedule, backup);
    } catch (RuntimeException | Error e) {
      LOG.error("the look for changes broke", e);
      return new Run("the look for changes broke, see the operator's log: " + e);
    }
  }
}
