package io.pgcask.operator.job;

import io.pgcask.api.v1alpha1.Affinity;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PodSettingsBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes one of the pod settings of several levels. Each field is taken whole from the nearest level
 * that sets it, and an empty value there clears it. Only resources, labels, annotations and
 * nodeSelector are merged by key.
 */
public final class PodSettingsMerge {

  private static final Affinity NO_AFFINITY = new Affinity(null, null, null);
  private static final PodSettings.Resources NO_RESOURCES = new PodSettings.Resources(null, null);
  private static final PodSettings.Scratch NO_SCRATCH = new PodSettings.Scratch(null, null);

  private PodSettingsMerge() {}

  /**
   * The settings that hold; what no level sets, or the nearest one clears, is null in it.
   *
   * @param levels from the farthest to the nearest
   */
  public static PodSettings of(List<PodSettings> levels) {
    return withoutEmpty(levels.stream().reduce(PodSettings.none(), PodSettingsMerge::over));
  }

  /** What is empty stays so until the end: a level that is yet to come may add to it. */
  private static PodSettings over(PodSettings far, PodSettings near) {
    return new PodSettings(
        pick(far, near, PodSettings::resources, PodSettingsMerge::resources),
        pick(far, near, PodSettings::nodeSelector, PodSettingsMerge::byKey),
        pick(far, near, PodSettings::tolerations, PodSettingsMerge::nearest),
        pick(far, near, PodSettings::affinity, PodSettingsMerge::nearest),
        pick(far, near, PodSettings::priorityClassName, PodSettingsMerge::nearest),
        pick(far, near, PodSettings::serviceAccountName, PodSettingsMerge::nearest),
        pick(far, near, PodSettings::imagePullSecrets, PodSettingsMerge::nearest),
        pick(far, near, PodSettings::labels, PodSettingsMerge::byKey),
        pick(far, near, PodSettings::annotations, PodSettingsMerge::byKey),
        pick(far, near, PodSettings::env, PodSettingsMerge::nearest),
        pick(far, near, PodSettings::image, PodSettingsMerge::nearest),
        pick(far, near, PodSettings::scratch, PodSettingsMerge::nearest));
  }

  private static <S, T> T pick(S far, S near, Function<S, T> field, BinaryOperator<T> both) {
    var farther = Optional.ofNullable(field.apply(far));
    var nearer = Optional.ofNullable(field.apply(near));
    return farther.isPresent() && nearer.isPresent()
        ? both.apply(farther.get(), nearer.get())
        : nearer.or(() -> farther).orElse(null);
  }

  private static <T> T nearest(T far, T near) {
    return near;
  }

  private static <V> Map<String, V> byKey(Map<String, V> far, Map<String, V> near) {
    if (near.isEmpty()) {
      return near;
    }
    var both = new TreeMap<>(far);
    both.putAll(near);
    return both;
  }

  private static PodSettings.Resources resources(
      PodSettings.Resources far, PodSettings.Resources near) {
    return near.equals(NO_RESOURCES)
        ? near
        : new PodSettings.Resources(
            pick(far, near, PodSettings.Resources::requests, PodSettingsMerge::byKey),
            pick(far, near, PodSettings.Resources::limits, PodSettingsMerge::byKey));
  }

  private static PodSettings withoutEmpty(PodSettings merged) {
    return PodSettingsBuilder.builder(merged)
        .resources(withoutEmpty(merged.resources()))
        .nodeSelector(unless(merged.nodeSelector(), Map::isEmpty))
        .tolerations(unless(merged.tolerations(), List::isEmpty))
        .affinity(unless(merged.affinity(), NO_AFFINITY::equals))
        .priorityClassName(unless(merged.priorityClassName(), String::isEmpty))
        .serviceAccountName(unless(merged.serviceAccountName(), String::isEmpty))
        .imagePullSecrets(unless(merged.imagePullSecrets(), List::isEmpty))
        .labels(unless(merged.labels(), Map::isEmpty))
        .annotations(unless(merged.annotations(), Map::isEmpty))
        .env(unless(merged.env(), List::isEmpty))
        .image(unless(merged.image(), String::isEmpty))
        .scratch(unless(merged.scratch(), NO_SCRATCH::equals))
        .build();
  }

  private static PodSettings.Resources withoutEmpty(PodSettings.Resources merged) {
    return merged == null
        ? null
        : unless(
            new PodSettings.Resources(
                unless(merged.requests(), Map::isEmpty), unless(merged.limits(), Map::isEmpty)),
            NO_RESOURCES::equals);
  }

  private static <T> T unless(T value, Predicate<T> isEmpty) {
    return value == null || isEmpty.test(value) ? null : value;
  }
}
