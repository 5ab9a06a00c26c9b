package io.pgcask.operator.schedule.retention;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.backup.BackupReaders;
import io.pgcask.operator.backup.BackupRetirement;
import io.pgcask.operator.event.Events;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes what a schedule's retention does not keep: the data, then the resource.
 *
 * <p>The plan is made from what the informer knows. Before anything goes, what the decision rests
 * on is read from the API server: that the schedule still says so, that the newest good Backups
 * that stay are there and good, that no Restore reads the one that goes, and that itself is as it
 * was and the schedule's still. The request names its resourceVersion. So a stale cache, a second
 * operator, or a hold that was set a moment ago keep a Backup, and never lose one.
 */
@ApplicationScoped
public class RetentionEnforcer {

  /** How soon to look again if something has changed: the cache was stale. */
  private static final Duration SOON = Duration.ofSeconds(5);

  /** The same if a Restore reads what is to go. */
  private static final Duration WHILE_READ = Duration.ofSeconds(30);

  /**
   * The same if the API server refused, or a storage has enough to do: whatever ends there calls by
   * itself.
   */
  private static final Duration PATIENT = Duration.ofMinutes(1);

  /** A timer of weeks is no use to an operator that will have been updated by then. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private static final Logger LOG = Logger.getLogger(RetentionEnforcer.class);

  private final KubernetesClient client;
  private final BackupRetirement retirement;
  private final BackupReaders readers;
  private final Events events;
  private final RemovedCounts counts = new RemovedCounts();
  private final Sight sight = new Sight();

  /** Made by the container, and by tests with parts of their own. */
  public RetentionEnforcer(
      KubernetesClient client, BackupRetirement retirement, BackupReaders readers, Events events) {
    this.client = client;
    this.retirement = retirement;
    this.readers = readers;
    this.events = events;
  }

  /**
   * Begins what is due, and says what comes next.
   *
   * @param children the Backups that carry the schedule's name, as the informer knows them
   * @param nextSlot that of the next Backup, which may be made later; empty: none
   */
  public Enforced enforce(
      BackupSchedule schedule,
      List<Backup> children,
      ZoneId zone,
      Optional<Instant> nextSlot,
      Instant now) {
    if (schedule.getSpec().retention() == null) {
      return new Enforced(Optional.empty(), Optional.empty());
    }
    var rules = RetentionRules.of(schedule.getSpec().retention());
    var suspended = Boolean.TRUE.equals(schedule.getSpec().suspend());
    var own = children.stream().filter(child -> Membership.isOf(schedule, child)).toList();
    var backups = sight.of(schedule, own, rules.verifiedOnly());
    var plan = RetentionPlan.of(rules, zone, suspended, backups, now);
    var look = new SecondLook(schedule, rules, now, child -> retirement.find(child));
    var begun = begin(schedule, own, plan, look);
    var status =
        RetentionStatusFactory.of(
            plan,
            NextPlan.of(schedule, own, rules, zone, backups, nextSlot, now),
            counts.add(schedule, begun.count()),
            begun.trouble());
    var again =
        begun
            .again()
            .or(
                () ->
                    begun.count() < plan.removals().size()
                        ? Optional.of(PATIENT)
                        : Optional.empty());
    return new Enforced(
        Optional.of(status),
        again.or(() -> plan.changes(rules, now).map(time -> upTo(LONGEST_WAIT, now, time))));
  }

  /** A schedule is gone. */
  public void forget(BackupSchedule schedule) {
    counts.forget(schedule);
    sight.forget(schedule);
  }

  /**
   * What was begun.
   *
   * @param trouble why no more was, if the API server did not let it, or a storage has had enough
   *     to do for long
   * @param again when to try what had room and was not begun
   */
  private record Begun(int count, Optional<String> trouble, Optional<Duration> again) {}

  /**
   * Begins, the oldest first. What the API server does not let happen is told in the status, and
   * stands in the way of nothing else that the schedule does.
   */
  private Begun begin(
      BackupSchedule schedule, List<Backup> own, RetentionPlan plan, SecondLook look) {
    var children =
        own.stream().collect(Collectors.toMap(one -> one.getMetadata().getName(), one -> one));
    var room = new Room(own);
    var due =
        plan.removals().stream()
            .filter(removal -> room.has(removal.candidate(), children.get(name(removal))))
            .toList();
    var stuck =
        room.stuck(
            plan.removals().stream()
                .filter(removal -> removal.candidate().holdsData())
                .map(removal -> children.get(name(removal))),
            look.now());
    var begun = 0;
    try {
      if (due.isEmpty()) {
        return new Begun(0, stuck, Optional.empty());
      }
      if (!isCurrent(schedule)) {
        return new Begun(0, stuck, Optional.of(SOON));
      }
      var again = Optional.<Duration>empty();
      var read = readers.of(schedule.getMetadata().getNamespace());
      var standing = new HashMap<Series, Boolean>();
      for (var removal : due) {
        var candidate = removal.candidate();
        var child = children.get(name(removal));
        if (!room.has(candidate, child)) {
          continue;
        }
        if (read.has(child)) {
          again = again.or(() -> Optional.of(WHILE_READ));
          continue;
        }
        var safe =
            !candidate.holdsData()
                || standing.computeIfAbsent(
                        candidate.series(), series -> look.pillarsStand(plan, series, children))
                    // the author may have thought better of it since the round began
                    && (begun == 0 || isCurrent(schedule));
        if (safe && remove(child, removal, look)) {
          room.take(candidate, child);
          events.normal(
              schedule,
              Reason.RETENTION,
              "removes Backup %s: %s".formatted(candidate.name(), removal.why()));
          begun++;
        } else {
          again = Optional.of(SOON);
        }
      }
      return new Begun(begun, stuck.or(() -> choosing(schedule, read, due, children)), again);
    } catch (KubernetesClientException e) {
      LOG.warnf(
          "retention not carried out namespace=%s name=%s message=%s",
          schedule.getMetadata().getNamespace(), schedule.getMetadata().getName(), e.getMessage());
      return new Begun(
          begun, Optional.of("the API server refused: " + e.getMessage()), Optional.of(PATIENT));
    }
  }

  /** Else retention would stop without a word for as long as they wait for their turn. */
  private static Optional<String> choosing(
      BackupSchedule schedule,
      BackupReaders.Needed read,
      List<Decision.Remove> due,
      Map<String, Backup> children) {
    return read.schedules().contains(schedule.getMetadata().getName())
            && due.stream().map(removal -> children.get(name(removal))).anyMatch(read::has)
        ? Optional.of(
            "a Restore that names this schedule has not chosen its Backup yet, and may choose any: all stay until it has")
        : Optional.empty();
  }

  private static String name(Decision.Remove removal) {
    return removal.candidate().name();
  }

  /** Whether the schedule is as the plan was made from, its count of what was removed included. */
  private boolean isCurrent(BackupSchedule schedule) {
    var meta = schedule.getMetadata();
    var found =
        client
            .resources(BackupSchedule.class)
            .inNamespace(meta.getNamespace())
            .withName(meta.getName())
            .get();
    return found != null
        && !found.isMarkedForDeletion()
        && found.getMetadata().getUid().equals(meta.getUid())
        && found.getMetadata().getResourceVersion().equals(meta.getResourceVersion());
  }

  private boolean remove(Backup child, Decision.Remove removal, SecondLook look) {
    return look.at(child, removal.candidate())
        .filter(
            found ->
                removal.candidate().holdsData()
                    ? retirement.begin(found, removal.why(), look.now())
                    : retirement.delete(found))
        .isPresent();
  }

  private static Duration upTo(Duration longest, Instant now, Instant time) {
    var wait = Duration.between(now, time);
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
