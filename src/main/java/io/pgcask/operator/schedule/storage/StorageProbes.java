package io.pgcask.operator.schedule.storage;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.operator.schedule.health.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Has the storages of schedules probed beside the reconcilers: every six hours, sooner after a
 * failure, at once after a change. At most one probe of a schedule runs at a time, and a few of
 * all.
 *
 * <p>What is kept in memory is lost with the operator; the status says when the last probe was and
 * how it ended, so a start of the operator does not begin them all anew.
 */
@ApplicationScoped
public class StorageProbes {

  /** Some of them may wait for a Job. */
  private static final int PLACES = 6;

  private static final Logger LOG = Logger.getLogger(StorageProbes.class);

  private final StorageProber prober;
  private final Clock clock;
  private final Semaphore places = new Semaphore(PLACES, true);
  private final ConcurrentHashMap<String, Round> rounds = new ConcurrentHashMap<>();

  /** Made by the container, and by tests with parts of their own. */
  public StorageProbes(StorageProber prober, Clock clock) {
    this.prober = prober;
    this.clock = clock;
  }

  /**
   * What is known of a schedule's storages.
   *
   * @param verdict condition StorageReady
   * @param probedAt when that was found out; empty: never
   * @param next when to ask again; empty while a probe runs, whose end is told
   */
  public record Known(Verdict verdict, Optional<Instant> probedAt, Optional<Instant> next) {}

  /**
   * The same with what it takes to go on.
   *
   * @param subject what is or was probed
   */
  private record Round(
      Object subject,
      boolean running,
      Verdict verdict,
      Optional<Instant> probedAt,
      int failures,
      Instant due) {

    /** Of another storage it is the first probe. */
    Round started(Object next) {
      return new Round(next, true, verdict, probedAt, next.equals(subject) ? failures : 0, due);
    }

    Round ended(Verdict found, Instant now, String uid) {
      var usable = "True".equals(found.status());
      var inARow = usable ? 0 : failures + 1;
      return new Round(
          subject,
          false,
          found,
          Optional.of(now),
          inARow,
          usable ? ProbeTimes.whileUp(now, uid) : ProbeTimes.whileDown(now, inARow));
    }

    Known known() {
      return new Known(verdict, probedAt, running ? Optional.empty() : Optional.of(due));
    }
  }

  /**
   * What is known. Starts a probe if one is due.
   *
   * @param wake called, on another thread, when a probe has ended
   */
  public Known look(BackupSchedule schedule, Consumer<BackupSchedule> wake) {
    var now = clock.instant();
    var subject = ProbePlan.subject(schedule);
    var starts = new AtomicBoolean();
    var after =
        rounds.compute(
            uid(schedule),
            (uid, known) -> {
              var round = known == null ? first(schedule, subject, now) : known;
              starts.set(
                  !round.running && (!now.isBefore(round.due) || !round.subject.equals(subject)));
              return starts.get() ? round.started(subject) : round;
            });
    if (starts.get()) {
      Thread.ofVirtual()
          .name("probe of the storage of " + schedule.getMetadata().getName())
          .start(() -> run(schedule, wake));
    }
    return after.known();
  }

  /** A schedule is gone. */
  public void forget(BackupSchedule schedule) {
    rounds.remove(uid(schedule));
  }

  private void run(BackupSchedule schedule, Consumer<BackupSchedule> wake) {
    try {
      places.acquire();
      Verdict found;
      try {
        found = prober.probe(schedule, clock.instant());
      } catch (RuntimeException | Error e) {
        LOG.error("the probe of a storage broke", e);
        found = StorageProber.unknown("the probe broke, see the operator's log: " + e);
      } finally {
        places.release();
      }
      var verdict = found;
      rounds.computeIfPresent(
          uid(schedule), (uid, known) -> known.ended(verdict, clock.instant(), uid));
      wake.accept(schedule);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does, but the operator's end
    }
  }

  /** One that this operator has not seen yet: as its status has it, if that is of this spec. */
  private static Round first(BackupSchedule schedule, Object subject, Instant now) {
    var status =
        Optional.ofNullable(schedule.getStatus())
            .filter(
                known ->
                    Objects.equals(
                        known.observedGeneration(), schedule.getMetadata().getGeneration()));
    var verdict = status.flatMap(known -> Verdict.of(known.conditions(), Condition.STORAGE_READY));
    var probedAt = status.map(BackupScheduleStatus::lastStorageProbeTime);
    if (verdict.isEmpty() || probedAt.isEmpty()) {
      return new Round(
          subject,
          false,
          StorageProber.unknown("the storage has not been probed yet"),
          Optional.empty(),
          0,
          now);
    }
    var usable = "True".equals(verdict.get().status());
    return new Round(
        subject,
        false,
        verdict.get(),
        probedAt,
        usable ? 0 : 1,
        ProbeTimes.afterStart(now, probedAt.get(), usable, uid(schedule)));
  }

  private static String uid(BackupSchedule schedule) {
    return schedule.getMetadata().getUid();
  }
}
