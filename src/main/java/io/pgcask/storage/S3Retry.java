package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Repeats what storage did not do, with waits that double; half of each wait is chance, so that
 * many writers do not come back at once. A server that names a time ({@code Retry-After}) is given
 * it. Only what may pass is repeated, see {@link S3Errors}. The SDK's own tries are off: they know
 * nothing of cancellation, and end after a second or two.
 */
final class S3Retry {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** A server may ask for more patience than we would have, within reason. */
  private static final Duration LONGEST_ASKED_FOR = Duration.ofSeconds(60);

  private static final int PATIENT_TRIES = 10;
  private static final int BRIEF_TRIES = 4;

  private final S3Errors errors;
  private final int tries;
  private final Duration first;

  private S3Retry(S3Errors errors, int tries, Duration first) {
    this.errors = errors;
    this.tries = tries;
    this.first = first;
  }

  /** For what a whole backup hangs on: ten tries, so a server may be away for a minute or more. */
  static S3Retry patient(S3Errors errors) {
    return new S3Retry(errors, PATIENT_TRIES, FIRST);
  }

  /** For the rest: four tries in some three seconds. */
  static S3Retry brief(S3Errors errors) {
    return new S3Retry(errors, BRIEF_TRIES, FIRST);
  }

  /** A request, which may be made again. */
  interface Request<T> {
    /** Makes it. */
    T send() throws StorageException;
  }

  /**
   * Makes a request until it is answered or this thread is interrupted.
   *
   * @param place what it is about, for people
   */
  <T> T call(String place, Request<T> request) throws StorageException {
    return call(place, () -> true, request);
  }

  /**
   * Makes a request until it is answered, refused, or this thread is interrupted.
   *
   * @param place what it is about, for people
   * @param wanted is asked before each further try; false ends them
   */
  <T> T call(String place, BooleanSupplier wanted, Request<T> request) throws StorageException {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.send();
      } catch (SdkException e) {
        var typed = errors.of(e, place);
        boolean again = typed.reason() == Reason.STORAGE_UNREACHABLE && attempt < tries;
        if (!again || !pause(delay(attempt, e), wanted)) {
          throw typed;
        }
      }
    }
  }

  private Duration delay(int attempt, SdkException e) {
    long longest = Math.min(LONGEST.toMillis(), first.toMillis() << (attempt - 1));
    long ours = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    return Duration.ofMillis(Math.max(ours, askedFor(e).orElse(Duration.ZERO).toMillis()));
  }

  /** {@code Retry-After} in seconds; its other form, a date, is not used by S3. */
  static Optional<Duration> askedFor(SdkException e) {
    if (!(e instanceof AwsServiceException service)
        || service.awsErrorDetails() == null
        || service.awsErrorDetails().sdkHttpResponse() == null) {
      return Optional.empty();
    }
    return service
        .awsErrorDetails()
        .sdkHttpResponse()
        .firstMatchingHeader("Retry-After")
        .filter(value -> value.matches("[0-9]{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .map(asked -> asked.compareTo(LONGEST_ASKED_FOR) > 0 ? LONGEST_ASKED_FOR : asked);
  }

  private static boolean pause(Duration delay, BooleanSupplier wanted) {
    if (!wanted.getAsBoolean()) {
      return false;
    }
    try {
      Thread.sleep(delay);
      return wanted.getAsBoolean();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
