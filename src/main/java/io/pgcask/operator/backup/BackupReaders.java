package io.pgcask.operator.backup;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds the Restores that still need the data of a Backup. */
@ApplicationScoped
public class BackupReaders {

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public BackupReaders(KubernetesClient client) {
    this.client = client;
  }

  /** Whether a Restore that has not ended refers to the Backup. Asks the API server. */
  boolean exist(Backup backup) {
    return client
        .resources(Restore.class)
        .inNamespace(backup.getMetadata().getNamespace())
        .list()
        .getItems()
        .stream()
        .anyMatch(restore -> reads(restore, backup.getMetadata().getName()));
  }

  /** Whether a Restore has not ended and refers to a Backup of that name, or has chosen it. */
  static boolean reads(Restore restore, String backup) {
    var source = restore.getSpec().source().backupRef();
    var status = restore.getStatus();
    var phase = status == null ? null : status.phase();
    var named = source != null && source.name().equals(backup);
    var chosen =
        status != null && status.resolved() != null && backup.equals(status.resolved().backup());
    return (named || chosen) && !hasEnded(phase);
  }

  private static boolean hasEnded(RestorePhase phase) {
    return switch (phase) {
      case COMPLETED, COMPLETED_WITH_WARNINGS, FAILED -> true;
      case QUEUED, PENDING, PLANNING, RUNNING, VERIFYING -> false;
      case null -> false;
    };
  }
}
