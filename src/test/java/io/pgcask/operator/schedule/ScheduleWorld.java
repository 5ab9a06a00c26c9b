package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleSpecBuilder;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.ConcurrencyPolicy;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Retention;
import io.pgcask.operator.schedule.health.GoodBackups;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import io.pgcask.operator.schedule.retention.RetentionOracle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Years of a schedule in which everything goes wrong: the operator is away, dies between creating a
 * Backup and writing that down, reads an old state of the schedule; Backups take long and fail;
 * somebody suspends, resumes and edits. Time is a number here; what decides is the real code.
 */
final class ScheduleWorld {

  /** As the loop in {@link io.pgcask.operator.job.Next}. */
  private static final int MOST_STEPS = 16;

  /** One in thirty turns out so. */
  private static final List<Condition> DAMAGED =
      List.of(new Condition(Condition.VERIFIED, "False", "Damaged", "", 1L, Instant.EPOCH));

  private final Random random;
  private final Settings settings;
  private final Map<String, Instant> ends = new HashMap<>();
  private final Map<Instant, Integer> creations = new HashMap<>();
  private final Map<String, Timetable> timetables = new HashMap<>();
  private final TreeSet<Instant> skipped = new TreeSet<>();
  private final TreeSet<Instant> blocked = new TreeSet<>();
  private final TreeSet<Instant> up = new TreeSet<>();
  private final List<Segment> segments = new ArrayList<>();
  private final TreeMap<String, Backup> backups = new TreeMap<>();
  private BackupSchedule schedule;
  private BackupSchedule stale;
  private final Set<String> held = new HashSet<>();
  private final HealthDiary diary = new HealthDiary();
  private int stalls;
  private int removed;
  private int mostKept;

  /**
   * What the world is like.
   *
   * @param policy what happens if runs overlap
   * @param longest how long a Backup takes at most
   * @param retention with keepLast and minKeep
   * @param maxAge maxAgeOfLastSuccess; null: none
   * @param crashes of a hundred writes of the status, how many the operator does not live to do
   */
  record Settings(
      String cron,
      List<String> zones,
      ConcurrencyPolicy policy,
      Integer deadline,
      Integer jitter,
      Duration longest,
      String maxAge,
      int crashes,
      Retention retention) {}

  /** A time in which one timetable was in force. */
  record Segment(String zone, Instant from, Instant to, int missed) {}

  ScheduleWorld(long seed, Settings settings, Instant start) {
    this.random = new Random(seed);
    this.settings = settings;
    this.schedule =
        Schedules.of(
            start,
            settings.cron(),
            spec ->
                spec.timeZone(settings.zones().getFirst())
                    .concurrencyPolicy(settings.policy())
                    .maxAgeOfLastSuccess(settings.maxAge())
                    .startingDeadlineSeconds(settings.deadline())
                    .jitterSeconds(settings.jitter()));
    this.stale = schedule;
  }

  /** How many slots the status says were skipped. */
  int skippedRuns() {
    var skippedRuns = schedule.getStatus().skippedRuns();
    return skippedRuns == null ? 0 : skippedRuns;
  }

  /** How often each slot was run. */
  Map<Instant, Integer> creations() {
    return creations;
  }

  TreeSet<Instant> skipped() {
    return skipped;
  }

  /**
   * Slots that came while another Backup ran, whether or not the operator lived to write it down.
   */
  TreeSet<Instant> blocked() {
    return blocked;
  }

  /** When the operator looked. */
  TreeSet<Instant> looks() {
    return up;
  }

  List<Segment> segments() {
    return segments;
  }

  Timetable timetable() {
    return timetable(schedule);
  }

  private Timetable timetable(BackupSchedule of) {
    return timetables.computeIfAbsent(of.getSpec().timeZone(), zone -> Timetable.of(of));
  }

  /** Lets time pass. */
  void run(Instant start, Instant end) {
    var now = start;
    var segmentStart = start;
    var missedBefore = 0;
    var nextChange = start.plus(days(20, 400));
    var nextDown = start.plus(days(1, 60));
    while (now.isBefore(end)) {
      if (!now.isBefore(nextDown)) {
        now = now.plus(downtime());
        nextDown = now.plus(days(1, 60));
        continue;
      }
      if (!now.isBefore(nextChange)) {
        if (!isSuspended()) {
          segments.add(segment(segmentStart, missedBefore));
        }
        change();
        nextChange = now.plus(isSuspended() ? days(0, 60) : days(20, 400));
        now = look(now);
        segmentStart = schedule.getStatus().handledUntil();
        missedBefore = missed();
      } else {
        now = look(now);
      }
      now = wakeUp(now, nextDown, nextChange);
    }
    if (!isSuspended()) {
      segments.add(segment(segmentStart, missedBefore));
    }
  }

  private boolean isSuspended() {
    return Boolean.TRUE.equals(schedule.getSpec().suspend());
  }

  private Segment segment(Instant from, int missedBefore) {
    return new Segment(
        schedule.getSpec().timeZone(),
        from,
        schedule.getStatus().handledUntil(),
        missed() - missedBefore);
  }

  private int missed() {
    var missed = schedule.getStatus().missedRuns();
    return missed == null ? 0 : missed;
  }

  /** The operator looks at the schedule until nothing is left to do; if it dies, once more. */
  private Instant look(Instant time) {
    var now = time;
    while (!looked(now)) {
      now = now.plusSeconds(1 + random.nextInt(600));
    }
    return now;
  }

  private boolean looked(Instant now) {
    up.add(now);
    backups.replaceAll((name, backup) -> atTime(name, backup, now));
    for (int i = 0; i < MOST_STEPS; i++) {
      var seen = random.nextInt(100) < settings.crashes() ? stale : schedule;
      var outcome =
          act(SlotPlanner.plan(seen, history(seen, now), List.copyOf(backups.values()), now), now);
      if (random.nextInt(100) < settings.crashes()) {
        return false;
      }
      if (seen != schedule) {
        continue; // the write is refused: somebody else wrote first
      }
      if (!(outcome instanceof Outcome.Settled settled)) {
        continue; // the next step finds the Backup
      }
      var written = copy(schedule);
      written.setStatus(status(settled, now));
      stale = schedule;
      schedule = written;
      if (outcome instanceof Outcome.Skipped skip) {
        skipped.add(skip.slot());
      }
      if (outcome instanceof Outcome.Quiet || outcome instanceof Outcome.Waiting) {
        retain(now);
        return true;
      }
    }
    stalls++;
    return true;
  }

  private SlotHistory history(BackupSchedule of, Instant now) {
    return SlotHistory.of(of, timetable(of), now);
  }

  /** As the reconciler writes it; the health is held against the diary. */
  private BackupScheduleStatus status(Outcome.Settled outcome, Instant now) {
    var children = List.copyOf(backups.values());
    var status =
        BackupScheduleStatusBuilder.builder(
            ScheduleStatusFactory.of(schedule, history(schedule, now), children, outcome, now));
    if (diary.hasNews() || random.nextInt(8) == 0) {
      var health = ScheduleHealth.of(schedule, children, now);
      diary.check(schedule, health, now);
      health.addTo(status);
    }
    return status.build();
  }

  /** How often one look was not enough. */
  int stalls() {
    return stalls;
  }

  private Outcome act(Plan plan, Instant now) {
    return switch (plan) {
      case Plan.Nothing nothing -> new Outcome.Quiet();
      case Plan.Skip skip -> {
        blocked.add(skip.slot());
        yield new Outcome.Skipped(skip.slot(), "", skip.missed());
      }
      case Plan.Miss miss -> new Outcome.Missed(miss.slot(), miss.missed());
      case Plan.Start start -> {
        if (!backups.containsKey(start.run().name())) {
          create(start.run(), now);
          yield new Outcome.Begun();
        }
        yield new Outcome.Created(start.run(), start.missed());
      }
      case Plan.Replace replace -> {
        replace.earlier().forEach(earlier -> cancel(earlier.getMetadata().getName(), now));
        yield new Outcome.Waiting(replace.run(), "");
      }
    };
  }

  private void create(Run run, Instant now) {
    creations.merge(run.time(), 1, Integer::sum);
    var backup = Schedules.backup(run.name(), BackupPhase.RUNNING, null, run.time());
    if (random.nextInt(200) == 0) {
      held.add(run.name());
      backup.setSpec(BackupSpecBuilder.builder(backup.getSpec()).hold(true).build());
    }
    backups.put(run.name(), backup);
    ends.put(
        run.name(),
        now.plusSeconds(1 + (long) (random.nextDouble() * settings.longest().toSeconds())));
  }

  private void cancel(String name, Instant now) {
    var backup = backups.get(name);
    backup.setSpec(BackupSpecBuilder.builder(backup.getSpec()).cancel(true).build());
    ends.merge(name, now.plusSeconds(1 + random.nextInt(90)), (a, b) -> a.isBefore(b) ? a : b);
  }

  private Backup atTime(String name, Backup backup, Instant now) {
    var end = ends.get(name);
    if (ScheduleStatusFactory.hasEnded(backup) || now.isBefore(end)) {
      return backup;
    }
    var ended = new Backup();
    ended.setMetadata(backup.getMetadata());
    ended.setSpec(backup.getSpec());
    var failed = Boolean.TRUE.equals(backup.getSpec().cancel()) || random.nextInt(10) == 0;
    var damaged = !failed && random.nextInt(30) == 0;
    diary.ended(
        name, Instant.parse(backup.getMetadata().getCreationTimestamp()), end, failed, damaged);
    ended.setStatus(
        BackupStatusBuilder.builder()
            .phase(failed ? BackupPhase.FAILED : BackupPhase.COMPLETED)
            .reason(failed ? "Stalled" : "Completed")
            .conditions(damaged ? DAMAGED : null)
            .completionTime(end)
            .build());
    return ended;
  }

  /** What the real plan says goes, also Backups whose slot would run again without its history. */
  private void retain(Instant now) {
    var good = good();
    var retention = settings.retention();
    var zone = CronSchedule.zone(schedule.getSpec().timeZone());
    var gone = RetentionOracle.removals(retention, zone, backups.values(), now);
    var goodGone = gone.stream().filter(good::contains).toList();
    check(good.isEmpty() || !gone.contains(good.getLast()), "the newest good one went", gone);
    check(
        goodGone.isEmpty() || good.size() - goodGone.size() >= retention.minKeep(),
        "fewer than minKeep good ones are left",
        gone);
    check(gone.stream().noneMatch(held::contains), "a held one went", gone);
    check(goodGone.isEmpty() || !newestFailed(), "good ones went while the newest failed", gone);
    check(
        goodGone.isEmpty()
            || retention.maxAge() != null
            || good.subList(Math.max(0, good.size() - retention.keepLast()), good.size()).stream()
                .noneMatch(gone::contains),
        "one of the newest that keepLast keeps went",
        gone);
    gone.forEach(backups::remove);
    gone.forEach(ends::remove);
    diary.removed(gone);
    removed += gone.size();
    mostKept = Math.max(mostKept, backups.size());
    check(
        RetentionOracle.removals(retention, zone, backups.values(), now).isEmpty(),
        "removing what goes makes others go",
        gone);
  }

  private void check(boolean holds, String what, List<String> gone) {
    if (!holds) {
      throw new AssertionError("%s: %s of %s".formatted(what, gone, backups.keySet()));
    }
  }

  /** Names of the good ones, the oldest first. */
  private List<String> good() {
    return backups.values().stream()
        .filter(GoodBackups::isGood)
        .map(backup -> backup.getMetadata().getName())
        .toList();
  }

  private boolean newestFailed() {
    return backups.values().stream()
        .filter(ScheduleStatusFactory::hasEnded)
        .reduce((one, other) -> other)
        .filter(backup -> backup.getStatus().phase() == BackupPhase.FAILED)
        .isPresent();
  }

  /** How many retention has removed, and how many there were at most. */
  int removed() {
    return removed;
  }

  int mostKept() {
    return mostKept;
  }

  /** What is suspended goes on; else it is suspended, or gets another time zone. */
  private void change() {
    var spec = BackupScheduleSpecBuilder.builder(schedule.getSpec());
    if (isSuspended()) {
      spec.suspend(false);
    } else if (random.nextInt(3) == 0) {
      spec.suspend(true);
    } else {
      spec.timeZone(anotherZone());
    }
    schedule = copy(schedule);
    schedule.setSpec(spec.build());
    stale = schedule;
  }

  private String anotherZone() {
    var others =
        settings.zones().stream()
            .filter(zone -> !zone.equals(schedule.getSpec().timeZone()))
            .toList();
    return others.get(random.nextInt(others.size()));
  }

  private static BackupSchedule copy(BackupSchedule schedule) {
    var copy = new BackupSchedule();
    copy.setMetadata(schedule.getMetadata());
    copy.setSpec(schedule.getSpec());
    copy.setStatus(schedule.getStatus());
    return copy;
  }

  private Instant wakeUp(Instant now, Instant... others) {
    var next = schedule.getStatus().nextScheduleTime();
    var wake = next == null ? Instant.MAX : next;
    for (var other : others) {
      wake = other.isBefore(wake) ? other : wake;
    }
    for (var backup : backups.values()) {
      var end = ends.get(backup.getMetadata().getName());
      if (!ScheduleStatusFactory.hasEnded(backup) && end.isAfter(now) && end.isBefore(wake)) {
        wake = end;
      }
    }
    return wake.isAfter(now) ? wake : now.plusSeconds(1);
  }

  private Duration days(int least, int most) {
    return Duration.ofMinutes(least * 1440L + (long) (random.nextDouble() * (most - least) * 1440));
  }

  /** Mostly minutes, sometimes days, seldom months. */
  private Duration downtime() {
    return switch (random.nextInt(10)) {
      case 0 -> days(0, 90);
      case 1, 2 -> days(0, 4);
      default -> Duration.ofSeconds(1 + random.nextInt(7200));
    };
  }
}
