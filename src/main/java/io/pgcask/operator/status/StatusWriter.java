package io.pgcask.operator.status;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.pgcask.operator.Labels;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes what the operator owns of a resource: its status, its finalizer, its started-at mark.
 *
 * <p>Every write names the resourceVersion that the decision was made from, so a decision from a
 * stale cache, or of a second operator, is refused with a conflict and made anew. That is what
 * correctness rests on; leader election only saves work.
 */
@ApplicationScoped
public class StatusWriter {

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("pgcask")
          .withForce(true)
          .build();

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Applies the whole status. A field that is absent from it is removed.
   *
   * @return the resource as the server has it now; the given one if nothing would change
   * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if the resource
   *     has changed since it was read
   */
  public <S, R extends CustomResource<?, S>> R write(R resource, S status) {
    if (Objects.equals(resource.getStatus(), status)) {
      return resource;
    }
    R patch = identity(resource);
    patch.setStatus(status);
    return client.resource(patch).subresource("status").patch(APPLY);
  }

  /** Adds or removes our finalizer, with the same precondition as {@link #write}. */
  public <R extends CustomResource<?, ?>> R finalizer(R resource, boolean wanted) {
    if (resource.hasFinalizer(Labels.FINALIZER) == wanted) {
      return resource;
    }
    List<String> finalizers = new ArrayList<>(resource.getFinalizers());
    if (wanted) {
      finalizers.add(Labels.FINALIZER);
    } else {
      finalizers.remove(Labels.FINALIZER);
    }
    return merge(resource, Map.of("finalizers", finalizers));
  }

  /** Marks the resource as started, with the same precondition as {@link #write}. */
  public <R extends CustomResource<?, ?>> R markStarted(R resource, Instant now) {
    if (Labels.annotation(resource, Labels.STARTED_AT).isPresent()) {
      return resource;
    }
    return merge(resource, Map.of("annotations", Map.of(Labels.STARTED_AT, now.toString())));
  }

  /** Sets an annotation, with the same precondition as {@link #write}. */
  public <R extends CustomResource<?, ?>> R annotate(R resource, String name, String value) {
    return merge(resource, Map.of("annotations", Map.of(name, value)));
  }

  private <R extends CustomResource<?, ?>> R merge(R resource, Map<String, ?> metadata) {
    var withPrecondition = new java.util.HashMap<String, Object>(metadata);
    withPrecondition.put("resourceVersion", resource.getMetadata().getResourceVersion());
    return client
        .resource(resource)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client.getKubernetesSerialization().asJson(Map.of("metadata", withPrecondition)));
  }

  private <R extends CustomResource<?, ?>> R identity(R resource) {
    @SuppressWarnings("unchecked")
    var type = (Class<R>) resource.getClass();
    try {
      var identity = type.getDeclaredConstructor().newInstance();
      identity.setMetadata(
          new ObjectMetaBuilder()
              .withName(resource.getMetadata().getName())
              .withNamespace(resource.getMetadata().getNamespace())
              .withUid(resource.getMetadata().getUid())
              .withResourceVersion(resource.getMetadata().getResourceVersion())
              .build());
      return identity;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " needs a public constructor without parameters", e);
    }
  }
}
