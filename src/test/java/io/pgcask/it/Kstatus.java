package io.pgcask.it;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What Flux, Argo CD and Helm make of a resource: the rules of kstatus for kinds that it does not
 * know, in its order.
 *
 * @see <a
 *     href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/status/generic.go">generic.go</a>
 */
enum Kstatus {
  TERMINATING,
  IN_PROGRESS,
  FAILED,
  CURRENT;

  static Kstatus of(GenericKubernetesResource resource) {
    if (resource.getMetadata().getDeletionTimestamp() != null) {
      return TERMINATING;
    }
    Object observed = resource.get("status", "observedGeneration");
    if (observed != null
        && !Objects.equals(
            ((Number) observed).longValue(), resource.getMetadata().getGeneration())) {
      return IN_PROGRESS;
    }
    for (var condition : conditions(resource)) {
      if ("Reconciling".equals(condition.get("type")) && "True".equals(condition.get("status"))) {
        return IN_PROGRESS;
      }
      if ("Stalled".equals(condition.get("type")) && "True".equals(condition.get("status"))) {
        return FAILED;
      }
    }
    for (var condition : conditions(resource)) {
      if ("Ready".equals(condition.get("type")) && !"True".equals(condition.get("status"))) {
        return IN_PROGRESS;
      }
    }
    return CURRENT;
  }

  /** Whether the condition is there and True. */
  static boolean holds(GenericKubernetesResource resource, String type) {
    return conditions(resource).stream()
        .anyMatch(
            condition ->
                type.equals(condition.get("type")) && "True".equals(condition.get("status")));
  }

  private static List<Map<String, Object>> conditions(GenericKubernetesResource resource) {
    List<Map<String, Object>> conditions = resource.get("status", "conditions");
    return conditions == null ? List.of() : conditions;
  }
}
