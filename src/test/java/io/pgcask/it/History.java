package io.pgcask.it;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every version of the resources of one kind in a namespace, from the first instant. */
final class History implements AutoCloseable {

  private final List<GenericKubernetesResource> versions = new CopyOnWriteArrayList<>();
  private final Watch watch;

  private History(KubernetesClient client, Class<? extends HasMetadata> kind, String namespace) {
    this.watch =
        client
            .genericKubernetesResources(HasMetadata.getApiVersion(kind), HasMetadata.getKind(kind))
            .inNamespace(namespace)
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, GenericKubernetesResource resource) {
                    versions.add(resource);
                  }

                  @Override
                  public void onClose(WatcherException cause) {}
                });
  }

  /** Begins to watch. */
  static History of(Workspace workspace, Class<? extends HasMetadata> kind) {
    return new History(workspace.cluster().client(), kind, workspace.namespace());
  }

  /** The versions so far, oldest first. */
  List<GenericKubernetesResource> versions() {
    return List.copyOf(versions);
  }

  /** The versions of one resource so far, oldest first. */
  List<GenericKubernetesResource> versions(String name) {
    return versions.stream()
        .filter(version -> version.getMetadata().getName().equals(name))
        .toList();
  }

  /** The different phases that the resource went through, in order. */
  List<String> phases(String name) {
    return versions(name).stream()
        .<String>map(version -> version.get("status", "phase"))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    watch.close();
  }
}
