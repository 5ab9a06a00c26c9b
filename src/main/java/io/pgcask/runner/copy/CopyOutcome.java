package io.pgcask.runner.copy;

import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Result;
import io.pgcask.runner.TaskFailedException;
import java.util.Optional;

/** What became of one copy. */
public sealed interface CopyOutcome {

  /** Where it lies or was to lie, for people. */
  String place();

  /**
   * It is a complete backup of its own.
   *
   * @param sizeBytes of its objects; null where nobody asked
   * @param verified what reading it again found
   */
  record Complete(String place, Long sizeBytes, Result.Verified verified) implements CopyOutcome {

    boolean isDamaged() {
      return verified.result() == VerificationResult.DAMAGED;
    }
  }

  /**
   * There is none.
   *
   * @param clean whether nothing of it is left
   */
  record Failed(String place, TaskFailedException failure, boolean clean) implements CopyOutcome {

    String explanation() {
      return clean
          ? failure.getMessage()
          : failure.getMessage() + "; what was written of it could not be removed";
    }
  }

  /** As the result tells it. */
  default Result.Copied copied() {
    return switch (this) {
      case Complete complete ->
          new Result.Copied(
              true,
              complete.sizeBytes(),
              complete.verified().result(),
              complete.verified().message());
      case Failed failed -> new Result.Copied(false, null, null, failed.explanation());
    };
  }

  /** Itself, if it failed. */
  default Optional<Failed> asFailed() {
    return this instanceof Failed failed ? Optional.of(failed) : Optional.empty();
  }

  /** Itself, if it is complete and damaged. */
  default Optional<Complete> asDamaged() {
    return this instanceof Complete complete && complete.isDamaged()
        ? Optional.of(complete)
        : Optional.empty();
  }
}
