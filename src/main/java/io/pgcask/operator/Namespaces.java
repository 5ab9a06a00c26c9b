package io.pgcask.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;

/** What the operator must know of a namespace. */
@ApplicationScoped
public class Namespaces {

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public Namespaces(KubernetesClient client) {
    this.client = client;
  }

  /** Whether the resource's namespace is being deleted, so that no Job can be made in it. */
  public boolean isTerminating(HasMetadata resource) {
    var namespace = client.namespaces().withName(resource.getMetadata().getNamespace()).get();
    return namespace == null
        || (namespace.getStatus() != null
            && "Terminating".equals(namespace.getStatus().getPhase()));
  }
}
