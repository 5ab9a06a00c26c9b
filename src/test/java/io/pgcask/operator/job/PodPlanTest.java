package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PodSettingsBuilder;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpecBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.TestConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodPlanTest {

  @Test
  void withoutAnySettingsItIsWhatTheChartsOldestValuesSay() {
    var plan = plan("{}", null, null);

    assertThat(plan.image()).isEqualTo("pgcask:test");
    assertThat(plan.settings())
        .isEqualTo(
            PodSettingsBuilder.builder()
                .resources(new PodSettings.Resources(null, Map.of("memory", new Quantity("256Mi"))))
                .imagePullSecrets(List.of(new io.pgcask.api.v1alpha1.LocalObjectRef("registry")))
                .build());
  }

  @Test
  void theSpecIsNearerThanTheConnectionAndThatNearerThanTheChart() {
    var chart =
        "{\"priorityClassName\":\"chart\",\"labels\":{\"a\":\"chart\",\"b\":\"chart\",\"c\":\"chart\"}}";
    var connection =
        PodSettingsBuilder.builder()
            .priorityClassName("connection")
            .labels(Map.of("b", "connection", "c", "connection"))
            .build();
    var own = PodSettingsBuilder.builder().labels(Map.of("c", "own")).build();

    var settings = plan(chart, connection, own).settings();

    assertThat(settings.priorityClassName()).isEqualTo("connection");
    assertThat(settings.labels())
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", "chart", "b", "connection", "c", "own"));
  }

  @Test
  void theImageIsTheNearestOneAndTheOperatorsWhereItIsCleared() {
    var mirror = PodSettingsBuilder.builder().image("mirror").build();
    var none = PodSettingsBuilder.builder().image("").build();

    assertThat(plan("{\"image\":\"charts\"}", null, null).image()).isEqualTo("charts");
    assertThat(plan("{\"image\":\"charts\"}", mirror, null).image()).isEqualTo("mirror");
    assertThat(plan("{\"image\":\"charts\"}", mirror, none).image()).isEqualTo("pgcask:test");
    assertThat(plan("{}", mirror, null).settings().image()).isNull();
  }

  @Test
  void settingsThatTheStatusHasNoRoomForAreRefused() {
    var small = PodSettingsBuilder.builder().annotations(Map.of("a", "x".repeat(4000))).build();
    var large =
        PodSettingsBuilder.builder()
            .annotations(
                Map.of(
                    "a", "x".repeat(4000),
                    "b", "x".repeat(4000),
                    "c", "x".repeat(4000)))
            .build();

    assertThat(plan("{}", null, small).unusable()).isEmpty();
    assertThat(plan("{}", null, large).unusable())
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.INVALID_POD_SETTINGS);
              assertThat(trouble.message()).contains("fewer or shorter annotations and env");
            });
  }

  @Test
  void aChartThatCannotBeReadIsSaidByTheNameOfItsVariable() {
    assertThatThrownBy(() -> new JobFactory(new TestConfig(1, "{")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PGCASK_RUNNER_POD");
  }

  private static PodPlan plan(String chart, PodSettings connectionsDefault, PodSettings own) {
    var connection = new PostgresConnection();
    connection.setSpec(
        PostgresConnectionSpecBuilder.builder().defaultPod(connectionsDefault).build());
    return new JobFactory(new TestConfig(1, chart))
        .pod(Optional.of(connection), Optional.ofNullable(own));
  }
}
