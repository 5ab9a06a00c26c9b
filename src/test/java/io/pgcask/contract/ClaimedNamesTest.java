package io.pgcask.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClaimedNamesTest {

  @Test
  void knowsTheNamesAgainAfterItsWayThroughJson() throws Exception {
    // Given
    var claimed = ClaimedNames.of(List.of("nightly-0a1b2c3d", "a%2Fb-1", "nightly-0a1b2c3d"));

    // When
    var json = Serialization.jsonMapper().writeValueAsString(claimed);
    var read = Serialization.jsonMapper().readValue(json, ClaimedNames.class);

    // Then
    assertThat(read).isEqualTo(claimed);
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.contains("nightly-0a1b2c3d")).isTrue();
    assertThat(read.contains("a%2Fb-1")).isTrue();
    assertThat(read.contains("nightly-0a1b2c3")).isFalse();
    assertThat(ClaimedNames.of(List.of()).contains("")).isFalse();
  }

  @Test
  void asManyAsThereMayBeFitIntoAnEnvironmentVariable() {
    var names = IntStream.range(0, ClaimedNames.MAX).mapToObj(i -> "nightly-" + i).toList();

    var claimed = ClaimedNames.of(names);

    assertThat(claimed.joined().length()).isLessThan(100_000);
    assertThat(names).allMatch(claimed::contains);
  }
}
