package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.contract.ReplacementNames;
import java.util.Optional;

/** What people are told of the target when a Restore has ended; that depends on the mode. */
final class RestoreWords {
  private RestoreWords() {}

  /** It ended well, for a reason: it is done, or was a dry run. */
  static String completed(Restore restore, Reason reason) {
    var where =
        "database %s of connection %s"
            .formatted(restore.getSpec().database(), restore.getSpec().connectionRef().name());
    if (reason == Reason.DRY_RUN) {
      return "dry run: every check of the plan has passed, and nothing was written to " + where;
    }
    return mode(restore) == RestoreMode.REPLACE
        ? "restored into %s; what it replaced is kept as database %s"
            .formatted(where, names(restore).kept())
        : "restored into " + where;
  }

  /** The runner is gone without a result: what may have become of the target, and what to do. */
  static String unknown(Restore restore) {
    var database = restore.getSpec().database();
    if (Boolean.TRUE.equals(restore.getSpec().dryRun())) {
      return "it was a dry run: nothing was written to database " + database;
    }
    return switch (mode(restore)) {
      case CREATE_NEW, INTO_EMPTY ->
          "database %s may be restored in part: look at it, and drop it before you try again"
              .formatted(database);
      case CLEAN ->
          "database %s is as it was or wholly restored, since it is one transaction: look at it"
              .formatted(database);
      case REPLACE ->
          "database %s is as it was or wholly restored: if there is a database %s, that is the old"
                  .formatted(database, names(restore).kept())
              + " one; a database %s can be dropped".formatted(names(restore).temporary());
    };
  }

  private static RestoreMode mode(Restore restore) {
    return Optional.ofNullable(restore.getSpec().mode()).orElse(RestoreMode.CREATE_NEW);
  }

  private static ReplacementNames names(Restore restore) {
    return ReplacementNames.of(restore.getSpec().database(), restore.getMetadata().getUid());
  }
}
