package io.pgcask.operator.job;

import io.pgcask.api.v1alpha1.Reason;

/**
 * Why a Job does not do what it should.
 *
 * @param reason the typed reason
 * @param message a sentence for people, with what to do
 */
public record Trouble(Reason reason, String message) {

  /** The same, to be thrown. */
  public TroubleException asException() {
    return new TroubleException(reason, message);
  }
}
