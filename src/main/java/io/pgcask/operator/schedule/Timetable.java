package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleSpec;
import io.pgcask.operator.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a schedule's Backups are created: its slots, and how long after them. Pure.
 *
 * @param cron the slots
 * @param lateness by how much each is late, so that not all begin at once; the same for all slots
 *     of one schedule
 * @param words expression and time zone, to tell whether they have changed
 */
record Timetable(CronSchedule cron, Duration lateness, String words) {

  /** Counting further takes time and tells nobody anything. */
  static final int MOST_COUNTED = 100;

  /**
   * Of a schedule.
   *
   * @throws IllegalArgumentException if its expression is none, with a message for people
   */
  static Timetable of(BackupSchedule schedule) {
    var spec = schedule.getSpec();
    return new Timetable(
        CronSchedule.parse(spec.schedule(), spec.timeZone()),
        lateness(
            schedule.getMetadata().getUid(), Optional.ofNullable(spec.jitterSeconds()).orElse(0)),
        words(spec));
  }

  /**
   * Of a schedule that fires.
   *
   * @throws IllegalArgumentException if its expression is none, or does not fire within five years
   */
  static Timetable of(BackupSchedule schedule, Instant now) {
    var timetable = of(schedule);
    if (timetable.next(now).isEmpty()) {
      throw new IllegalArgumentException(
          "%s does not fire within five years".formatted(schedule.getSpec().schedule()));
    }
    return timetable;
  }

  /** Expression and time zone, also of one that is none. */
  static String words(BackupScheduleSpec spec) {
    return spec.schedule() + " " + Optional.ofNullable(spec.timeZone()).orElse("UTC");
  }

  /** The newest slot whose Backup may be created by now. */
  Optional<Instant> latest(Instant now) {
    return cron.latest(now.minus(lateness));
  }

  /** The next slot whose Backup may not be created yet. */
  Optional<Instant> next(Instant now) {
    return cron.next(now.minus(lateness));
  }

  /** The same, without those that are never made since they are history. */
  Optional<Instant> next(Instant now, Instant until) {
    var begun = now.minus(lateness);
    return cron.next(begun.isBefore(until) ? until : begun);
  }

  /** When the Backup of a slot is created. */
  Instant start(Instant slot) {
    return slot.plus(lateness);
  }

  /** The slot whose Backup is created at that time. */
  Instant slot(Instant start) {
    return start.minus(lateness);
  }

  /** The slots between two times, both excluded; the first {@value #MOST_COUNTED} at most. */
  List<Instant> between(Instant after, Instant before) {
    var slots = new ArrayList<Instant>();
    var slot = cron.next(after);
    while (slots.size() < MOST_COUNTED && slot.filter(before::isAfter).isPresent()) {
      slots.add(slot.get());
      slot = cron.next(slot.get());
    }
    return slots;
  }

  private static Duration lateness(String uid, int jitterSeconds) {
    return Duration.ofSeconds(Long.parseLong(Names.hash8(uid), 16) % (jitterSeconds + 1L));
  }
}
