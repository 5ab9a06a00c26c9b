package io.pgcask.operator.connection;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.PostgresConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Reads PostgresConnections from the API server. That one is gone is a verdict, and a cache must
 * not speak it: while the operator starts or stops, a cache is empty.
 */
@ApplicationScoped
public class Connections {

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public Connections(KubernetesClient client) {
    this.client = client;
  }

  /** The connection of that name, if it exists. */
  public Optional<PostgresConnection> find(String namespace, String name) {
    return Optional.ofNullable(
        client.resources(PostgresConnection.class).inNamespace(namespace).withName(name).get());
  }
}
