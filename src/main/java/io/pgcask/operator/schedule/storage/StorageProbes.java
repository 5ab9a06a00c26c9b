package io.pgcask.operator.schedule.storage;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.event.Places;
import io.pgcask.operator.schedule.health.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Has the storages of schedules probed beside the reconcilers: every six hours, sooner after a
 * failure, and soon after a change of what is tried. Schedules of a namespace that write to the
 * same storage share one probe. A few run at a time.
 *
 * <p>What is kept in memory is lost with the operator; the status says when the last probe was and
 * how it ended, so a start of the operator does not begin them all anew.
 */
@ApplicationScoped
public class StorageProbes {

  /** Some of them may wait for a Job. */
  private static final int PLACES = 6;

  /** Looks take a few requests each. */
  private static final int LOOKS = 4;

  private static final Logger LOG = Logger.getLogger(StorageProbes.class);

  private final StorageProber prober;
  private final Clock clock;
  private final Places places = new Places(PLACES);
  private final Places looks = new Places(LOOKS);
  private final ProbeBook book = new ProbeBook();

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
   * @param next when to ask again at the latest; empty: once the look that runs has told that it
   *     has ended. News is told
   */
  public record Known(Verdict verdict, Optional<Instant> probedAt, Optional<Instant> next) {}

  /**
   * What is known. Begins to look, if it is time to, whether the storage is still the same, and
   * probes it if it is not, or if a probe is due.
   *
   * @param wake called, on another thread, when there is news
   */
  public Known look(BackupSchedule schedule, Consumer<BackupSchedule> wake) {
    var now = clock.instant();
    if (book.begins(schedule, () -> wake.accept(schedule), now)) {
      Thread.ofVirtual()
          .name("probe of the storage of " + schedule.getMetadata().getName())
          .start(() -> run(schedule, wake));
    }
    return book.known(schedule, now);
  }

  /** A schedule is gone. */
  public void forget(BackupSchedule schedule) {
    book.forget(schedule);
  }

  private void run(BackupSchedule schedule, Consumer<BackupSchedule> wake) {
    List<Runnable> toWake = List.of();
    var isLate = false;
    try {
      toWake = news(schedule, wake);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does, but the operator's end
    } catch (RuntimeException | Error e) {
      LOG.error("a look at the storage of a schedule broke", e);
    } finally {
      // whatever happens: one that never rests is never looked at again
      isLate = book.rests(schedule, clock.instant());
    }
    if (isLate && toWake.isEmpty()) {
      wake.accept(schedule);
    }
    toWake.forEach(Runnable::run);
  }

  /** Looks, and probes if it has to. What it returns tells of the news: first the schedule. */
  private List<Runnable> news(BackupSchedule schedule, Consumer<BackupSchedule> wake)
      throws InterruptedException {
    var identity = looks.take(() -> identity(schedule));
    if (identity.isEmpty()) {
      return List.of();
    }
    Runnable own = () -> wake.accept(schedule);
    var found = book.found(schedule, identity.get(), clock.instant());
    if (found.probes()) {
      var verdict = places.take(() -> probe(schedule));
      var others = book.ended(schedule, identity.get(), verdict, clock.instant());
      return Stream.concat(Stream.of(own), others.stream()).toList();
    }
    return found.isNews() ? List.of(own) : List.of();
  }

  /** Empty if it could not be found out: what was known is so still. */
  private Optional<StorageIdentity> identity(BackupSchedule schedule) {
    try {
      return Optional.of(prober.identity(schedule));
    } catch (RuntimeException | Error e) {
      LOG.warnf(
          "what the storage is could not be found out namespace=%s schedule=%s message=%s",
          schedule.getMetadata().getNamespace(), schedule.getMetadata().getName(), e.getMessage());
      return Optional.empty();
    }
  }

  private Verdict probe(BackupSchedule schedule) throws InterruptedException {
    try {
      return prober.probe(schedule, clock.instant(), () -> book.has(schedule));
    } catch (RuntimeException | Error e) {
      LOG.error("the probe of a storage broke", e);
      return StorageProber.unknown("the probe broke, see the operator's log: " + e);
    }
  }
}
