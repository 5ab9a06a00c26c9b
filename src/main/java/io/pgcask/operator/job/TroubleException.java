package io.pgcask.operator.job;

import io.pgcask.api.v1alpha1.Reason;

/** Carries a {@link Trouble} from the place that found it to the reconciler that reports it. */
public final class TroubleException extends Exception {
  private final transient Trouble trouble;

  /** See {@link Trouble}. */
  public TroubleException(Reason reason, String message) {
    super(message);
    this.trouble = new Trouble(reason, message);
  }

  /** What is wrong. */
  public Trouble trouble() {
    return trouble;
  }
}
