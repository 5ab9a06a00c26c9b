package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks again, by the API server's word, at what the decision rests on that something goes: the
 * cache may be behind.
 *
 * @param now of the plan
 * @param reader what the API server has of a Backup; empty: it is gone
 */
record SecondLook(
    BackupSchedule schedule,
    RetentionRules rules,
    Instant now,
    Function<Backup, Optional<Backup>> reader) {

  /**
   * So many of the good ones that stay. Not only those that minKeep asks for: if newer ones are
   * gone, what seemed to be too many is what the rules keep.
   */
  static final int PILLARS = 10;

  /**
   * Whether the newest good ones of a series that stay are there, good, and the schedule's.
   *
   * @param children by name
   */
  boolean pillarsStand(RetentionPlan plan, Series series, Map<String, Backup> children) {
    var pillars = plan.pillars(series, PILLARS);
    return !pillars.isEmpty()
        && pillars.stream().allMatch(one -> at(children.get(one.name()), one).isPresent());
  }

  /** The Backup as the API server has it, if retention sees in it what it saw. */
  Optional<Backup> at(Backup child, Candidate seen) {
    return reader
        .apply(child)
        .filter(found -> found.getMetadata().getUid().equals(child.getMetadata().getUid()))
        .filter(found -> Membership.isOf(schedule, found))
        .filter(found -> Candidate.of(found, rules.verifiedOnly()).asOf(now).equals(seen));
  }
}
