package io.pgcask.operator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PodSettingsBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.config.OperatorConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the pods of a run are like, decided before its Job is made.
 *
 * @param image that the pods run
 * @param settings everything else; its own image is null
 */
public record PodPlan(String image, PodSettings settings) {

  /** They are stored in the status, which has room for 32 KiB in all. */
  private static final int MAX_BYTES = 12_000;

  /**
   * The two farthest levels, both of the chart: the settings with values of their own, and
   * runner.pod.
   *
   * @throws IllegalStateException if the chart's JSON cannot be read
   */
  static List<PodSettings> ofTheChart(OperatorConfig.Runner runner) {
    var secrets =
        runner.imagePullSecrets().orElse(List.of()).stream().map(LocalObjectRef::new).toList();
    var basics =
        PodSettingsBuilder.builder()
            .resources(
                read(runner.resources(), PodSettings.Resources.class, "PGCASK_RUNNER_RESOURCES"))
            .imagePullSecrets(secrets)
            .build();
    return List.of(basics, read(runner.pod(), PodSettings.class, "PGCASK_RUNNER_POD"));
  }

  /**
   * Merges the levels.
   *
   * @param image for pods of which no level says another
   * @param chart as {@link #ofTheChart} gives it
   * @param nearer the connection's defaultPod and the pod of the spec, if there are any
   */
  static PodPlan of(String image, List<PodSettings> chart, List<Optional<PodSettings>> nearer) {
    var levels = Stream.concat(chart.stream(), nearer.stream().flatMap(Optional::stream)).toList();
    var merged = PodSettingsMerge.of(levels);
    return new PodPlan(
        Optional.ofNullable(merged.image()).orElse(image),
        PodSettingsBuilder.builder(merged).image(null).build());
  }

  /** What keeps a run with these settings from ever being made. */
  public Optional<Trouble> unusable() {
    var bytes = Serialization.asJson(settings).getBytes(StandardCharsets.UTF_8).length;
    return bytes <= MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            new Trouble(
                Reason.INVALID_POD_SETTINGS,
                ("the pod settings of the chart, the connection's defaultPod and the spec's pod have %d"
                        + " bytes together, of which there is room for %d; use fewer or shorter"
                        + " annotations and env")
                    .formatted(bytes, MAX_BYTES)));
  }

  private static <T> T read(String json, Class<T> type, String variable) {
    try {
      return Serialization.jsonMapper().readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "%s is not %s in JSON".formatted(variable, type.getSimpleName()), e);
    }
  }
}
