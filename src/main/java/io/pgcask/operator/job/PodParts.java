package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.PodSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Pod settings in the words of Kubernetes' own types; what is not set is null or empty, as there.
 */
final class PodParts {

  private final PodSettings settings;

  PodParts(PodSettings settings) {
    this.settings = settings;
  }

  String serviceAccountName() {
    return settings.serviceAccountName();
  }

  String priorityClassName() {
    return settings.priorityClassName();
  }

  Map<String, String> nodeSelector() {
    return settings.nodeSelector();
  }

  List<Toleration> tolerations() {
    return list(settings.tolerations()).stream().map(one -> same(one, Toleration.class)).toList();
  }

  Affinity affinity() {
    return settings.affinity() == null ? null : same(settings.affinity(), Affinity.class);
  }

  List<LocalObjectReference> imagePullSecrets() {
    return list(settings.imagePullSecrets()).stream()
        .map(secret -> new LocalObjectReference(secret.name()))
        .toList();
  }

  /** The user's labels, with ours in place of those that both have: informers select by ours. */
  Map<String, String> labels(Map<String, String> ours) {
    return over(settings.labels(), ours);
  }

  /** The user's annotations, with ours in place of those that both have. */
  Map<String, String> annotations(Map<String, String> ours) {
    return over(settings.annotations(), ours);
  }

  List<EnvVar> env() {
    return list(settings.env()).stream()
        .map(variable -> new EnvVar(variable.name(), variable.value(), null))
        .toList();
  }

  ResourceRequirements resources() {
    var resources =
        Optional.ofNullable(settings.resources())
            .orElseGet(() -> new PodSettings.Resources(null, null));
    return new ResourceRequirementsBuilder()
        .withRequests(resources.requests())
        .withLimits(resources.limits())
        .build();
  }

  /** A disk of the node, or a volume that lives as long as the pod. */
  Volume scratch(String name) {
    var scratch =
        Optional.ofNullable(settings.scratch())
            .orElseGet(() -> new PodSettings.Scratch(null, null));
    var volume = new VolumeBuilder().withName(name);
    // @formatter:off
    return scratch.storageClassName() == null
        ? volume.withNewEmptyDir().withSizeLimit(scratch.sizeLimit()).endEmptyDir().build()
        : volume
            .withNewEphemeral()
            .withNewVolumeClaimTemplate()
            .withNewSpec()
            .withAccessModes("ReadWriteOnce")
            .withStorageClassName(scratch.storageClassName())
            .withNewResources()
            .addToRequests("storage", scratch.sizeLimit())
            .endResources()
            .endSpec()
            .endVolumeClaimTemplate()
            .endEphemeral()
            .build();
    // @formatter:on
  }

  /** Our records have the names of Kubernetes' fields, so their JSON is the same. */
  private static <T> T same(Object ours, Class<T> theirs) {
    return Serialization.jsonMapper().convertValue(ours, theirs);
  }

  private static Map<String, String> over(Map<String, String> users, Map<String, String> ours) {
    var all = new TreeMap<>(Optional.ofNullable(users).orElse(Map.of()));
    all.putAll(ours);
    return all;
  }

  private static <T> List<T> list(List<T> values) {
    return Optional.ofNullable(values).orElse(List.of());
  }
}
