package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.api.v1alpha1.SpareDatabase;
import io.pgcask.api.v1alpha1.SpareDatabaseBuilder;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.contract.Result;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.connection.DatabaseRemoval.Outcome;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The databases that a Restore in mode Replace leaves beside its target: the old one, which goes
 * after keepOld, and, if it failed, perhaps the unfinished one, which goes at once. Pure.
 */
final class SpareDatabases {

  private static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** A timer of weeks is no use to an operator that will have been updated by then. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private SpareDatabases() {}

  /** Adds to the status of an ended Restore what its runner has left. */
  static RestoreStatus reported(Restore restore, RestoreStatus ended, Result result) {
    var builder = RestoreStatusBuilder.builder(ended);
    if (result.kept() != null) {
      var keepOld = Optional.ofNullable(restore.getSpec().keepOld());
      builder.keptDatabase(
          SpareDatabaseBuilder.builder()
              .name(result.kept().name())
              .oid(result.kept().oid())
              .dropTime(
                  keepOld
                      .filter(span -> ended.phase() != RestorePhase.FAILED)
                      .map(span -> ended.completionTime().plus(Quantities.parse(span)))
                      .orElse(null))
              .build());
    }
    if (Boolean.TRUE.equals(result.temporaryLeft())) {
      builder.temporaryDatabase(temporary(restore, ended.completionTime()));
    }
    return builder.build();
  }

  /** The same for a Restore whose runner is gone without a word. */
  static RestoreStatus lost(Restore restore, RestoreStatus failed) {
    return restore.getSpec().mode() == RestoreMode.REPLACE
            && !Boolean.TRUE.equals(restore.getSpec().dryRun())
        ? RestoreStatusBuilder.builder(failed)
            .temporaryDatabase(temporary(restore, failed.completionTime()))
            .build()
        : failed;
  }

  private static SpareDatabase temporary(Restore restore, Instant now) {
    return SpareDatabaseBuilder.builder().name(names(restore).temporary()).dropTime(now).build();
  }

  /** The one that is to be dropped, now or later; empty: there is none. */
  static Optional<SpareDatabase> toDrop(Restore restore) {
    return Optional.ofNullable(restore.getStatus())
        .flatMap(
            status -> toDrop(status.temporaryDatabase()).or(() -> toDrop(status.keptDatabase())));
  }

  private static Optional<SpareDatabase> toDrop(SpareDatabase spare) {
    return Optional.ofNullable(spare)
        .filter(found -> found.dropTime() != null && found.droppedTime() == null);
  }

  /** How long to wait before it is tried to drop it; zero: now. */
  static Duration wait(SpareDatabase spare, Instant now) {
    var left =
        Duration.between(now, Optional.ofNullable(spare.retryTime()).orElse(spare.dropTime()));
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
  }

  /** Whether its name is one that this very Restore gives; the status may have been edited. */
  static boolean isOf(Restore restore, SpareDatabase spare) {
    return spare
        .name()
        .equals(spare.oid() == null ? names(restore).temporary() : names(restore).kept());
  }

  /**
   * What is known of the database after it was tried to drop it; empty: nothing is worth telling.
   *
   * <p>The pauses between the attempts double: each is as long as all before it together.
   */
  static Optional<SpareDatabase> after(SpareDatabase spare, Outcome outcome, Instant now) {
    var builder = SpareDatabaseBuilder.builder(spare).retryTime(null).message(null);
    return switch (outcome) {
      case Outcome.Dropped dropped -> Optional.of(builder.droppedTime(now).build());
      case Outcome.Gone gone ->
          spare.oid() == null
              ? Optional.empty() // mostly there was none
              : Optional.of(builder.droppedTime(now).message("it was gone already").build());
      case Outcome.Another another ->
          Optional.of(
              builder
                  .dropTime(null)
                  .message(Conditions.truncate("it is not dropped: " + another.why()))
                  .build());
      case Outcome.NotYet notYet ->
          Optional.of(
              builder
                  .retryTime(now.plus(pause(Duration.between(spare.dropTime(), now))))
                  .message(
                      Conditions.truncate(
                          "it cannot be dropped now: " + notYet.trouble().message()))
                  .build());
    };
  }

  private static Duration pause(Duration tried) {
    if (tried.compareTo(SHORTEST_PAUSE) < 0) {
      return SHORTEST_PAUSE;
    }
    return tried.compareTo(LONGEST_PAUSE) < 0 ? tried : LONGEST_PAUSE;
  }

  /** The status with the one in the place of the other. */
  static RestoreStatus with(
      RestoreStatus status, SpareDatabase before, Optional<SpareDatabase> after) {
    var builder = RestoreStatusBuilder.builder(status);
    return before.equals(status.temporaryDatabase())
        ? builder.temporaryDatabase(after.orElse(null)).build()
        : builder.keptDatabase(after.orElse(null)).build();
  }

  /** What an Event says of it; empty: nothing that has not been said. */
  static Optional<Trouble> news(SpareDatabase before, Optional<SpareDatabase> after) {
    if (after.isEmpty()) {
      return Optional.empty();
    }
    var now = after.get();
    if (now.droppedTime() != null) {
      return Optional.of(
          new Trouble(
              Reason.DATABASE_DROPPED,
              "database %s: %s"
                  .formatted(
                      now.name(), Optional.ofNullable(now.message()).orElse("it was dropped"))));
    }
    return now.message().equals(before.message())
        ? Optional.empty()
        : Optional.of(
            new Trouble(
                Reason.DATABASE_NOT_DROPPED,
                "database %s: %s".formatted(now.name(), now.message())));
  }

  private static ReplacementNames names(Restore restore) {
    return ReplacementNames.of(restore.getSpec().database(), restore.getMetadata().getUid());
  }
}
