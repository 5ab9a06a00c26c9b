package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.RetentionStatus;
import io.pgcask.operator.status.Conditions;
import java.util.List;
import java.util.Optional;

/** What a plan looks like in the status of a BackupSchedule. Pure. */
final class RetentionStatusFactory {

  /** So many rows at most. */
  private static final int ROWS = 50;

  private RetentionStatusFactory() {}

  /**
   * The status.
   *
   * @param now what the plan is at present
   * @param next what it will be once the Backup of the next slot is completed
   * @param removed how many have been removed so far
   * @param trouble why not all was begun that is due, if something was in the way
   */
  static RetentionStatus of(
      RetentionPlan now, RetentionPlan next, long removed, Optional<String> trouble) {
    List<RetentionStatus.Removal> rows =
        next.expected().stream().limit(ROWS).map(RetentionStatusFactory::row).toList();
    return new RetentionStatus(
        now.retained(),
        removed,
        now.paused().or(() -> trouble).map(Conditions::truncate).orElse(null),
        next.expected().size(),
        Optional.of(rows).filter(some -> !some.isEmpty()).orElse(null));
  }

  private static RetentionStatus.Removal row(Decision.Remove removal) {
    var candidate = removal.candidate();
    return new RetentionStatus.Removal(candidate.name(), candidate.time(), removal.why());
  }
}
