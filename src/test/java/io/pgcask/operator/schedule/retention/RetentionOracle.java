package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Retention;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;

/** What retention would remove, for simulations beside this package. */
public final class RetentionOracle {

  private RetentionOracle() {}

  /** Names of the Backups that go now. */
  public static List<String> removals(
      Retention retention, ZoneId zone, Collection<Backup> backups, Instant now) {
    var rules = RetentionRules.of(retention);
    var candidates =
        backups.stream().map(backup -> Candidate.of(backup, rules.verifiedOnly())).toList();
    return RetentionPlan.of(rules, zone, false, candidates, now).removals().stream()
        .map(removal -> removal.candidate().name())
        .toList();
  }
}
