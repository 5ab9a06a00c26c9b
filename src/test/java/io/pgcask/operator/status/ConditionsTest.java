package io.pgcask.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private static final Instant THEN = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant NOW = Instant.parse("2026-01-01T13:00:00Z");

  @Test
  void theTransitionTimeMovesOnlyWithTheStatus() {
    // Given
    var running = Conditions.from(null, 1L, THEN).unfinished(Reason.RUNNING, "runs").list();

    // When
    var complete = Conditions.from(running, 1L, NOW).complete(Reason.COMPLETED, "done").list();

    // Then
    assertThat(find(complete, Condition.COMPLETE).lastTransitionTime()).isEqualTo(NOW);
    assertThat(find(complete, Condition.STALLED).lastTransitionTime()).isEqualTo(THEN);
    assertThat(find(complete, Condition.FAILED).lastTransitionTime()).isEqualTo(THEN);
  }

  @Test
  void exactlyOneOfReadyReconcilingAndStalledIsTrue() {
    for (var conditions :
        List.of(
            Conditions.from(null, 1L, NOW).ready(Reason.CONNECTED, "").list(),
            Conditions.from(null, 1L, NOW).reconciling(Reason.RUNNING, "").list(),
            Conditions.from(null, 1L, NOW).stalled(Reason.STALLED, "").list(),
            Conditions.from(null, 1L, NOW).unfinished(Reason.RUNNING, "").list(),
            Conditions.from(null, 1L, NOW).complete(Reason.COMPLETED, "").list(),
            Conditions.from(null, 1L, NOW).failed(Reason.DUMP_FAILED, "").list())) {
      assertThat(
              conditions.stream()
                  .filter(
                      c ->
                          List.of(Condition.READY, Condition.RECONCILING, Condition.STALLED)
                              .contains(c.type()))
                  .filter(Condition::holds))
          .hasSize(1);
    }
  }

  @Test
  void messagesFitTheSchema() {
    var conditions =
        Conditions.from(null, 1L, NOW).ready(Reason.CONNECTED, "x".repeat(5000)).list();
    assertThat(conditions.getFirst().message()).hasSize(2048);
  }

  private static Condition find(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.type().equals(type)).findFirst().orElseThrow();
  }
}
