package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Api;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.contract.Task;
import io.pgcask.operator.job.Trouble;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreBoundsTest {
  private static final Instant LIMIT = Instant.parse("2026-01-31T18:00:00Z");

  @Test
  void takesWhatTheSpecSays() {
    var spec =
        RestoreSpecBuilder.builder()
            .dryRun(true)
            .notAfter(LIMIT)
            .terminateConnections(true)
            .build();

    assertThat(RestoreBounds.of(spec, Optional.of("shop-safety")))
        .isEqualTo(new Task.Bounds(true, LIMIT, true, "shop-safety"));
  }

  @Test
  void aSpecThatSaysNothingBoundsNothing() {
    var spec = RestoreSpecBuilder.builder().build();

    assertThat(RestoreBounds.of(spec, Optional.empty())).isEqualTo(Task.Bounds.NONE);
    assertThat(RestoreBounds.passed(spec, Instant.MAX)).isEmpty();
  }

  @Test
  void itIsTooLateOnceTheTimeIsPast() {
    var spec = RestoreSpecBuilder.builder().notAfter(LIMIT).build();

    assertThat(RestoreBounds.passed(spec, LIMIT)).isEmpty();
    assertThat(RestoreBounds.passed(spec, LIMIT.plusMillis(1)))
        .get()
        .satisfies(trouble -> assertThat(trouble.message()).contains("2026-01-31T18:00:00Z"))
        .extracting(Trouble::reason)
        .isEqualTo(Reason.EXPIRED);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T18:00:00Z, 2026-01-31T18:00:00Z",
    "2026-01-31T18:00:00+17:59, 2026-01-31T00:01:00Z",
    "2026-01-31T18:00:00.123456789-01:00, 2026-01-31T19:00:00.123456789Z",
    "9999-12-31T23:59:59-17:59, +10000-01-01T17:58:59Z",
    "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z"
  })
  void everyTimeThatTheSchemaTakesCanBeRead(String text, Instant time) {
    assertThat(text).matches(Api.TIME);
    var spec = Serialization.unmarshal("notAfter: \"" + text + "\"", RestoreSpec.class);

    assertThat(spec.notAfter()).isEqualTo(time);
  }
}
