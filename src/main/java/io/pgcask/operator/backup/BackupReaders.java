package io.pgcask.operator.backup;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.operator.event.Lists;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the Restores that still need the data of a Backup. */
@ApplicationScoped
public class BackupReaders {

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public BackupReaders(KubernetesClient client) {
    this.client = client;
  }

  /**
   * What Restores that have not ended read.
   *
   * @param backups names of the Backups that they refer to or have chosen
   * @param places what they name by its place in storage, as people read it
   */
  public record Needed(Set<String> backups, Set<String> places) {

    /** Whether one reads that Backup, or what lies in its directories. */
    public boolean has(Backup backup) {
      return backups.contains(backup.getMetadata().getName())
          || !places.isEmpty()
              && directories(backup)
                  .anyMatch(
                      directory ->
                          places.stream()
                              .anyMatch(place -> (place + "/").startsWith(directory + "/")));
    }

    private static Stream<String> directories(Backup backup) {
      return backup.getStatus() == null || backup.getStatus().resolved() == null
          ? Stream.empty()
          : BackupPlaces.all(backup).stream()
              .map(storage -> BackupPlaces.location(backup, storage));
    }
  }

  /** Whether a Restore that has not ended reads the Backup. Asks the API server. */
  boolean exist(Backup backup) {
    return of(backup.getMetadata().getNamespace()).has(backup);
  }

  /**
   * What the Restores of a namespace that have not ended read. Asks the API server, page by page.
   */
  public Needed of(String namespace) {
    var names = new HashSet<String>();
    var places = new HashSet<String>();
    String next = null;
    do {
      var page =
          client
              .resources(Restore.class)
              .inNamespace(namespace)
              .list(new ListOptionsBuilder().withLimit(Lists.PAGE).withContinue(next).build());
      var needed = needed(page.getItems());
      names.addAll(needed.backups());
      places.addAll(needed.places());
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return new Needed(names, places);
  }

  /** What some Restores read; nothing once they have ended. */
  static Needed needed(Collection<Restore> restores) {
    var names = new HashSet<String>();
    var places = new HashSet<String>();
    for (var restore : restores) {
      if (hasEnded(restore)) {
        continue;
      }
      var source = restore.getSpec().source();
      Optional.ofNullable(source.backupRef()).ifPresent(named -> names.add(named.name()));
      Optional.ofNullable(source.location())
          .ifPresent(place -> places.add(place.storage().location(place.path())));
      Optional.ofNullable(restore.getStatus())
          .flatMap(found -> Optional.ofNullable(found.resolved()))
          .flatMap(resolved -> Optional.ofNullable(resolved.backup()))
          .ifPresent(names::add);
    }
    return new Needed(names, places);
  }

  private static boolean hasEnded(Restore restore) {
    return restore.getStatus() != null && hasEnded(restore.getStatus().phase());
  }

  private static boolean hasEnded(RestorePhase phase) {
    return switch (phase) {
      case COMPLETED, COMPLETED_WITH_WARNINGS, FAILED -> true;
      case QUEUED, PENDING, PLANNING, RUNNING, VERIFYING -> false;
      case null -> false;
    };
  }
}
