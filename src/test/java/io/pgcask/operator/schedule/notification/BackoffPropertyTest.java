package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.Attempt.Failed;
import io.pgcask.operator.schedule.notification.Attempt.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BackoffPropertyTest {

  private static final Instant NOW = Instant.parse("2026-11-26T02:31:00Z");

  private static Failed failure(Kind kind, Optional<Duration> retryAfter) {
    return new Failed(kind, Reason.RECEIVER_UNREACHABLE, "", retryAfter);
  }

  private static Optional<Duration> delay(String id, int attempts, Failed failure) {
    return Backoff.next(id, attempts, NOW, failure).map(next -> Duration.between(NOW, next));
  }

  @Property
  void aDelayIsBoundedAndAlwaysTheSame(
      @ForAll String id,
      @ForAll @IntRange(min = 1, max = 29) int attempts,
      @ForAll @LongRange(min = 0, max = 1_000_000) long retryAfter) {
    var failure = failure(Kind.TRANSIENT, Optional.of(Duration.ofSeconds(retryAfter)));
    var delay = delay(id, attempts, failure);

    assertThat(delay).isEqualTo(delay(id, attempts, failure));
    assertThat(delay.orElseThrow())
        .isBetween(Duration.ofSeconds(8), Backoff.MOST)
        .isGreaterThanOrEqualTo(
            Duration.ofSeconds(Math.min(retryAfter, Duration.ofHours(1).toSeconds())));
  }

  @Property
  void delaysGrow(@ForAll String id, @ForAll @IntRange(min = 1, max = 6) int attempts) {
    var failure = failure(Kind.CONFIGURATION, Optional.empty());
    assertThat(delay(id, attempts + 1, failure).orElseThrow())
        .isGreaterThan(delay(id, attempts, failure).orElseThrow());
  }

  @Property
  void patienceEndsAfterThirtyAttemptsAndWithWhoRefusesAfterThree(
      @ForAll @IntRange(min = 1, max = 100) int attempts, @ForAll Kind kind) {
    assertThat(delay("id", attempts, failure(kind, Optional.empty())).isPresent())
        .isEqualTo(attempts < (kind == Kind.REFUSED ? 3 : 30));
  }

  @Property(tries = 200)
  void thirtyAttemptsTakeADay(@ForAll String id) {
    var failure = failure(Kind.TRANSIENT, Optional.empty());
    var all =
        IntStream.range(1, 30)
            .mapToObj(attempts -> delay(id, attempts, failure).orElseThrow())
            .reduce(Duration.ZERO, Duration::plus);
    assertThat(all).isBetween(Duration.ofHours(19), Duration.ofHours(29));
  }

  @Example
  void manyThatFailedAtOnceAreNotTriedAtOnce() {
    var failure = failure(Kind.TRANSIENT, Optional.empty());
    assertThat(
            IntStream.range(0, 100)
                .mapToObj(i -> delay("id" + i, 7, failure).orElseThrow())
                .distinct())
        .hasSizeGreaterThan(50);
  }
}
