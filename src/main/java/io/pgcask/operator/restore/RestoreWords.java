package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.postgres.SafeText;
import java.util.Optional;
import java.util.stream.Collectors;

/** What people are told of the target when a Restore has ended; that depends on the mode. */
final class RestoreWords {
  /** In bytes, of a list of names. */
  private static final int MAX_NAMES = 500;

  private RestoreWords() {}

  /**
   * What is restored from.
   *
   * @param resolved empty as long as nothing is decided
   */
  static String source(Restore restore, Optional<RestoreStatus.Resolved> resolved) {
    var source = restore.getSpec().source();
    if (source.schedule() != null) {
      var which =
          source.schedule().before() == null
              ? "latest of schedule " + source.schedule().name()
              : "schedule %s before %s"
                  .formatted(source.schedule().name(), source.schedule().before());
      return resolved
          .map(RestoreStatus.Resolved::backup)
          .map(backup -> "%s (%s)".formatted(backup, which))
          .orElse(which);
    }
    return source.backupRef() != null
        ? source.backupRef().name()
        : source.location().storage().location(source.location().path());
  }

  /** It ended well, for a reason: it is done, but for errors perhaps, or was a dry run. */
  static String completed(Restore restore, Reason reason) {
    var where =
        "%s of connection %s"
            .formatted(databases(restore), restore.getSpec().connectionRef().name());
    if (reason == Reason.COMPLETED_WITH_WARNINGS) {
      return "restored into %s but for errors, which were accepted: see status.errors"
          .formatted(where);
    }
    if (reason == Reason.DRY_RUN) {
      return "dry run: every check of the plan has passed, and nothing was written to " + where;
    }
    return mode(restore) == RestoreMode.REPLACE
        ? "restored into %s; what it replaced is kept as database %s"
                .formatted(where, names(restore).kept())
            + Optional.ofNullable(restore.getSpec().keepOld())
                .map(span -> " and dropped after " + span)
                .orElse("")
        : "restored into " + where;
  }

  /** The runner is gone without a result: what may have become of the target, and what to do. */
  static String unknown(Restore restore) {
    if (Boolean.TRUE.equals(restore.getSpec().dryRun())) {
      return "it was a dry run: nothing was written to " + databases(restore);
    }
    if (restore.getSpec().databases() != null) {
      return "%s may be restored in part, or some of them: look at each, and drop what is not whole before you try again"
          .formatted(databases(restore));
    }
    var database = restore.getSpec().database();
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
              + " one; a database %s is unfinished, and pgcask drops it"
                  .formatted(names(restore).temporary());
    };
  }

  /** The names of the targets, as many as there is room for. */
  static String target(Restore restore) {
    var spec = restore.getSpec();
    return spec.databases() == null
        ? spec.database()
        : SafeText.shorten(
            spec.databases().stream()
                .map(RestoreSpec.Target::target)
                .collect(Collectors.joining(", ")),
            MAX_NAMES);
  }

  private static String databases(Restore restore) {
    return (restore.getSpec().databases() == null ? "database " : "databases ") + target(restore);
  }

  private static RestoreMode mode(Restore restore) {
    return Optional.ofNullable(restore.getSpec().mode()).orElse(RestoreMode.CREATE_NEW);
  }

  private static ReplacementNames names(Restore restore) {
    return ReplacementNames.of(restore.getSpec().database(), restore.getMetadata().getUid());
  }
}
