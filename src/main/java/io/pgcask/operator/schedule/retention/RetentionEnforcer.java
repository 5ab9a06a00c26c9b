package io.pgcask.operator.schedule.retention;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RetentionStatus;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
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
import java.util.stream.Stream;

/**
 * Removes what a schedule's retention does not keep: the data, then the resource.
 *
 * <p>The plan is made from what the informer knows. Before anything goes, what the decision rests
 * on is read from the API server: that the schedule still says so, that the good Backups that stay
 * are there and good, that no Restore reads the one that goes, and that itself is as it was. The
 * request names its resourceVersion. So a stale cache, a second operator, or a hold that was set a
 * moment ago keep a Backup, and never lose one.
 */
@ApplicationScoped
public class RetentionEnforcer {

  /** Removals under way in one storage: it may be away, and then nothing more is begun there. */
  private static final int AT_ONCE = 5;

  /** Records without data that go in one go: each is one request. */
  private static final int RECORDS_AT_ONCE = 50;

  /** Good ones that stay and are read again before something of their series goes. */
  private static final int PILLARS = 10;

  /** How soon to look again if not all was begun: the cache was stale, or a Restore reads. */
  private static final Duration SOON = Duration.ofSeconds(5);

  /** A timer of weeks is no use to an operator that will have been updated by then. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final KubernetesClient client;
  private final BackupRetirement retirement;
  private final BackupReaders readers;
  private final Events events;

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
   * @param nextSlot when the next Backup will be made; empty: none
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
    var own = children.stream().filter(child -> isOf(schedule, child)).toList();
    var backups = own.stream().map(child -> Candidate.of(child, rules.verifiedOnly())).toList();
    var plan = RetentionPlan.of(rules, zone, suspended, backups, now);
    var begun = begin(schedule, own, rules, plan, now);
    var status =
        RetentionStatusFactory.of(
            plan,
            preview(schedule, own, rules, zone, backups, nextSlot, now),
            removed(schedule) + begun);
    var soon = begun < plan.removals().size() ? Optional.of(SOON) : Optional.<Duration>empty();
    return new Enforced(
        Optional.of(status),
        soon.or(() -> plan.changes(rules, now).map(time -> upTo(LONGEST_WAIT, now, time))));
  }

  /** What will be once the next Backup is completed; without a next one, what is now. */
  private static RetentionPlan preview(
      BackupSchedule schedule,
      List<Backup> own,
      RetentionRules rules,
      ZoneId zone,
      List<Candidate> backups,
      Optional<Instant> nextSlot,
      Instant now) {
    if (nextSlot.isEmpty()) {
      return RetentionPlan.of(rules, zone, false, backups, now);
    }
    var expected = Candidate.expected(nextSlot.get(), series(schedule, own));
    return RetentionPlan.of(
        rules,
        zone,
        false,
        Stream.concat(backups.stream(), Stream.of(expected)).toList(),
        nextSlot.get());
  }

  /** The series that the next Backup belongs to: the connection's database is the one it was. */
  private static Series series(BackupSchedule schedule, List<Backup> own) {
    var spec = schedule.getSpec().template().spec();
    var database =
        own.stream()
            .filter(child -> child.getSpec().connectionRef().equals(spec.connectionRef()))
            .filter(child -> child.getSpec().database() == null)
            .filter(child -> child.getStatus() != null && child.getStatus().resolved() != null)
            .max(
                java.util.Comparator.comparing(child -> child.getMetadata().getCreationTimestamp()))
            .map(Series::of)
            .map(Series::database);
    return Series.of(spec, database);
  }

  /** Begins, the oldest first; returns how many. */
  private int begin(
      BackupSchedule schedule,
      List<Backup> own,
      RetentionRules rules,
      RetentionPlan plan,
      Instant now) {
    var children =
        own.stream().collect(Collectors.toMap(one -> one.getMetadata().getName(), one -> one));
    var room = new Room(own);
    var due =
        plan.removals().stream()
            .filter(removal -> room.has(removal.candidate(), children.get(name(removal))))
            .toList();
    if (due.isEmpty() || !isCurrent(schedule)) {
      return 0;
    }
    var read = readers.of(schedule.getMetadata().getNamespace());
    var standing = new HashMap<Series, Boolean>();
    var begun = 0;
    for (var removal : due) {
      var candidate = removal.candidate();
      var child = children.get(name(removal));
      if (read.contains(candidate.name()) || !room.has(candidate, child)) {
        continue;
      }
      var safe =
          !candidate.holdsData()
              || standing.computeIfAbsent(
                  candidate.series(),
                  series -> stand(plan.pillars(series, pillars(rules)), children, rules));
      if (safe && remove(child, removal, rules, now)) {
        room.take(candidate, child);
        events.normal(
            schedule,
            Reason.RETENTION,
            "removes Backup %s: %s".formatted(candidate.name(), removal.why()));
        begun++;
      }
    }
    return begun;
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

  private static int pillars(RetentionRules rules) {
    return Math.min(rules.minKeep(), PILLARS);
  }

  /** Whether the good ones that stay are there and good, by the API server's word. */
  private boolean stand(
      List<Candidate> pillars, Map<String, Backup> children, RetentionRules rules) {
    return !pillars.isEmpty()
        && pillars.stream()
            .allMatch(pillar -> unchanged(children.get(pillar.name()), pillar, rules).isPresent());
  }

  /** The Backup as the API server has it, if retention sees in it what it saw. */
  private Optional<Backup> unchanged(Backup child, Candidate seen, RetentionRules rules) {
    return retirement
        .find(child)
        .filter(found -> found.getMetadata().getUid().equals(child.getMetadata().getUid()))
        .filter(found -> Candidate.of(found, rules.verifiedOnly()).equals(seen));
  }

  private boolean remove(Backup child, Decision.Remove removal, RetentionRules rules, Instant now) {
    return unchanged(child, removal.candidate(), rules)
        .filter(
            found ->
                removal.candidate().holdsData()
                    ? retirement.begin(found, removal.why(), now)
                    : retirement.delete(found))
        .isPresent();
  }

  /** Retention knows only what the schedule made: label and annotation say so. */
  private static boolean isOf(BackupSchedule schedule, Backup backup) {
    var name = schedule.getMetadata().getName();
    return Labels.annotation(backup, Labels.SCHEDULE).filter(name::equals).isPresent()
        && Labels.label(backup, Labels.SCHEDULE).filter(Names.labelValue(name)::equals).isPresent();
  }

  private static long removed(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getStatus())
        .map(BackupScheduleStatus::retention)
        .map(RetentionStatus::removed)
        .orElse(0L);
  }

  private static Duration upTo(Duration longest, Instant now, Instant time) {
    var wait = Duration.between(now, time);
    return wait.compareTo(longest) < 0 ? wait : longest;
  }

  /** How many more may be begun: by storage, so that one that is gone for good stops no other. */
  private static final class Room {
    private final Map<String, Long> underWay;
    private int records;

    Room(List<Backup> own) {
      underWay =
          new HashMap<>(
              own.stream()
                  .filter(BackupRetirement::isUnderWay)
                  .collect(Collectors.groupingBy(Room::storage, Collectors.counting())));
    }

    boolean has(Candidate candidate, Backup backup) {
      return candidate.holdsData()
          ? underWay.getOrDefault(storage(backup), 0L) < AT_ONCE
          : records < RECORDS_AT_ONCE;
    }

    void take(Candidate candidate, Backup backup) {
      if (candidate.holdsData()) {
        underWay.merge(storage(backup), 1L, Long::sum);
      } else {
        records++;
      }
    }

    private static String storage(Backup backup) {
      return BackupRetirement.storage(backup).orElse("");
    }
  }
}
