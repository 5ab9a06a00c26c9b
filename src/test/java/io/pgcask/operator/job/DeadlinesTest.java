package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlinesTest {

  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void defaultsAreThoseOfTheDescriptions() {
    assertThat(Deadlines.of(null, null, null))
        .isEqualTo(new Deadlines(Duration.ofDays(1), Duration.ofSeconds(600), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED,DEADLINE_EXCEEDED",
    "WAITING_FOR_CONNECTION,CONNECTION_NOT_READY",
    "WAITING_FOR_BACKUP,BACKUP_NOT_COMPLETED",
    "WAITING_FOR_SAFETY_BACKUP,DEADLINE_EXCEEDED",
    "CONNECTION_NOT_FOUND,CONNECTION_NOT_FOUND",
    "SECRET_MISSING,SECRET_MISSING"
  })
  void aQueueDeadlineFailsWithWhatWasWaitedFor(Reason waitedFor, Reason failure) {
    var deadlines = Deadlines.of("10m", null, null);
    var trouble = new Trouble(waitedFor, "why");
    assertThat(deadlines.queuePassed(START, trouble, START.plusSeconds(600))).isEmpty();
    assertThat(deadlines.queuePassed(START, trouble, START.plusSeconds(601)))
        .contains(new Trouble(failure, "queueDeadline of 10m00s has passed: why"));
  }

  @Test
  void aContainerThatIsStillStartingFailsByItsCauseAtTheDeadline() {
    var deadlines = Deadlines.of(null, 30, null);
    var waiting = new JobState.Waiting(null, new Trouble(Reason.IMAGE_PULL, "not found"), true);
    assertThat(deadlines.passed(START, waiting, START.plusSeconds(30))).isEmpty();
    assertThat(deadlines.passed(START, waiting, START.plusSeconds(31)))
        .contains(
            new Trouble(Reason.IMAGE_PULL, "pendingDeadlineSeconds of 30 has passed: not found"));
  }

  @Test
  void whatIsOnlyPresumedIsToldAtTheDeadlineAndNotBefore() {
    var cause = new Trouble(Reason.QUOTA_EXCEEDED, "no pod");
    assertThat(Deadlines.pending(new JobState.Waiting(null, cause, true))).isEqualTo(cause);
    assertThat(Deadlines.pending(new JobState.Waiting(null, cause, false)).reason())
        .isEqualTo(Reason.STARTING);
    assertThat(
            Deadlines.of(null, 30, null)
                .passed(START, new JobState.Waiting(null, cause, false), START.plusSeconds(31)))
        .map(Trouble::reason)
        .contains(Reason.QUOTA_EXCEEDED);
  }
}
