package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.PodSettingsBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChoiceLimitTest {
  @Test
  void refusesWhatDoesNotFitIntoAJob() {
    var patterns = Collections.nCopies(256, "ü".repeat(256));
    var exclude = RestoreNamesBuilder.builder().tables(patterns).build();

    assertThat(ChoiceLimit.tooLarge(RestoreSpecBuilder.builder().exclude(exclude).build()))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.INVALID_OPTIONS);
              assertThat(trouble.message()).contains("fewer or shorter patterns");
            });
  }

  @Test
  void whatIsNoChoiceTakesNoRoom() {
    var pod = PodSettingsBuilder.builder().annotations(Map.of("a", "x".repeat(60_000))).build();

    assertThat(ChoiceLimit.tooLarge(RestoreSpecBuilder.builder().pod(pod).build())).isEmpty();
  }
}
