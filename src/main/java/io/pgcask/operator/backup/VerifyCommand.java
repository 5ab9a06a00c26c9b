package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Result;
import io.pgcask.operator.Labels;
import java.util.Optional;

/**
 * A verification by a Job of its own: one that somebody asked for by annotation, or the restore
 * that the spec asks for.
 *
 * @param value as it was given
 * @param level what it asks for; empty if it is none
 */
record VerifyCommand(String value, Optional<VerificationLevel> level) {

  /** What the spec asks for once the backup is written. */
  static final VerifyCommand OF_SPEC =
      new VerifyCommand("spec", Optional.of(VerificationLevel.RESTORE));

  /** The one that has not been answered yet, if there is one. */
  static Optional<VerifyCommand> of(Backup backup) {
    var handled = backup.getStatus().lastHandled();
    return Labels.asked(backup, Labels.VERIFY, handled == null ? null : handled.verify())
        .map(value -> new VerifyCommand(value, level(value.split("/", 2)[0])));
  }

  private static Optional<VerificationLevel> level(String word) {
    return switch (word) {
      case "Hash" -> Optional.of(VerificationLevel.HASH);
      case "Parse" -> Optional.of(VerificationLevel.PARSE);
      case "Restore" -> Optional.of(VerificationLevel.RESTORE);
      default -> Optional.empty();
    };
  }

  Result.Verified notUnderstood() {
    return inconclusive(
        "annotation %s: %s is no level; write Hash, Parse or Restore, and behind a slash what tells this"
                .formatted(Labels.VERIFY, value)
            + " request from the one before");
  }

  static Result.Verified nothingToVerify() {
    return inconclusive("there is no backup to verify");
  }

  static Result.Verified inconclusive(String message) {
    return new Result.Verified(null, VerificationResult.INCONCLUSIVE, message, 0);
  }
}
