package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.Reason;
import java.time.Duration;
import java.util.Optional;

/** How an attempt to deliver ended. */
sealed interface Attempt {

  /** The receiver has it. */
  record Delivered() implements Attempt {}

  /**
   * The receiver does not have it, or did not say so.
   *
   * @param message for people; never more of the URL than scheme and host
   * @param retryAfter what the receiver asked for
   */
  record Failed(Kind kind, Reason reason, String message, Optional<Duration> retryAfter)
      implements Attempt {

    Failed(Kind kind, Reason reason, String message) {
      this(kind, reason, message, Optional.empty());
    }
  }

  /** What follows from a failure. */
  enum Kind {
    /** It may pass by itself. */
    TRANSIENT,
    /** A person must mend the spec or a Secret, and may do so in time. */
    CONFIGURATION,
    /** The receiver does not want it, and asking again will hardly change that. */
    REFUSED
  }
}
