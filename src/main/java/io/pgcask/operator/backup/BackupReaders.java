package io.pgcask.operator.backup;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds the Restores that still need the data of a Backup. */
@ApplicationScoped
public class BackupReaders {

  private static final long PAGE = 500;

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public BackupReaders(KubernetesClient client) {
    this.client = client;
  }

  /** Whether a Restore that has not ended refers to the Backup. Asks the API server. */
  boolean exist(Backup backup) {
    return of(backup.getMetadata().getNamespace()).contains(backup.getMetadata().getName());
  }

  /**
   * The names of the Backups of a namespace that Restores which have not ended refer to or have
   * chosen. Asks the API server, a page at a time.
   */
  public Set<String> of(String namespace) {
    var names = new HashSet<String>();
    String next = null;
    do {
      var page =
          client
              .resources(Restore.class)
              .inNamespace(namespace)
              .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      page.getItems().forEach(restore -> names.addAll(read(restore)));
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return names;
  }

  /** The Backups that a Restore refers to or has chosen; none once it has ended. */
  static Set<String> read(Restore restore) {
    var status = restore.getStatus();
    if (status != null && hasEnded(status.phase())) {
      return Set.of();
    }
    var names = new HashSet<String>();
    Optional.ofNullable(restore.getSpec().source().backupRef())
        .ifPresent(named -> names.add(named.name()));
    Optional.ofNullable(status)
        .flatMap(found -> Optional.ofNullable(found.resolved()))
        .flatMap(resolved -> Optional.ofNullable(resolved.backup()))
        .ifPresent(names::add);
    return names;
  }

  private static boolean hasEnded(RestorePhase phase) {
    return switch (phase) {
      case COMPLETED, COMPLETED_WITH_WARNINGS, FAILED -> true;
      case QUEUED, PENDING, PLANNING, RUNNING, VERIFYING -> false;
      case null -> false;
    };
  }
}
