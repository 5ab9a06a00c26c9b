package io.pgcask.runner.age;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.storage.StorageException;

/**
 * Something cannot be encrypted or decrypted. A {@link StorageException}, so that whoever reads or
 * writes stored bytes meets one kind of failure. The message quotes neither keys nor data.
 */
public final class AgeException extends StorageException {
  private final Problem problem;

  AgeException(Problem problem, String message) {
    super(problem.reason, message);
    this.problem = problem;
  }

  AgeException(Problem problem, String message, Throwable cause) {
    super(problem.reason, message, cause);
    this.problem = problem;
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }

  /** What can be wrong. */
  public enum Problem {
    /** Encrypting failed. */
    ENCRYPTION(Reason.ENCRYPTION_FAILED),
    /** The input does not begin as an age file does, or is of a version that nobody knows yet. */
    NOT_AGE(Reason.MANIFEST_INVALID),
    /** It is an age file, and none of the identities opens it. */
    NO_IDENTITY(Reason.NO_MATCHING_IDENTITY),
    /** It is an age file, but a bit was changed, or something is missing, or too much. */
    DAMAGED(Reason.CHECKSUM_MISMATCH);

    private final Reason reason;

    Problem(Reason reason) {
      this.reason = reason;
    }
  }
}
