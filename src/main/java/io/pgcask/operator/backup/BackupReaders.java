package io.pgcask.operator.backup;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Times;
import io.pgcask.operator.event.Lists;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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
   * @param schedules names of the BackupSchedules of which they will choose a Backup: any of them
   *     may be the one
   * @param places what they name by its place in storage, as people read it
   */
  public record Needed(Set<String> backups, Set<String> schedules, Set<String> places) {

    /**
     * Whether one reads that Backup, may still choose it, or reads what lies in its directories.
     */
    public boolean has(Backup backup) {
      return backups.contains(backup.getMetadata().getName())
          || Labels.schedule(backup).filter(schedules::contains).isPresent()
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

  /** The same of a Backup that was marked for deletion then. */
  boolean exist(Backup backup, Instant marked) {
    return of(backup.getMetadata().getNamespace(), restore -> canRead(restore, marked)).has(backup);
  }

  /** Who is to choose one of a schedule and came later chooses none that was marked before. */
  static boolean canRead(Restore restore, Instant marked) {
    return restore.getSpec().source().schedule() == null
        || chosen(restore).isPresent()
        || !Times.created(restore).isAfter(marked);
  }

  /**
   * What the Restores of a namespace that have not ended read. Asks the API server, page by page.
   */
  public Needed of(String namespace) {
    return of(namespace, restore -> true);
  }

  /** The same of some of them. */
  Needed of(String namespace, Predicate<Restore> counts) {
    var all = new Needed(new HashSet<>(), new HashSet<>(), new HashSet<>());
    String next = null;
    do {
      var page =
          client
              .resources(Restore.class)
              .inNamespace(namespace)
              .list(new ListOptionsBuilder().withLimit(Lists.PAGE).withContinue(next).build());
      var needed = needed(page.getItems().stream().filter(counts).toList());
      all.backups().addAll(needed.backups());
      all.schedules().addAll(needed.schedules());
      all.places().addAll(needed.places());
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return all;
  }

  /** What some Restores read; nothing once they have ended. */
  static Needed needed(Collection<Restore> restores) {
    var needed = new Needed(new HashSet<>(), new HashSet<>(), new HashSet<>());
    for (var restore : restores) {
      if (hasEnded(restore)) {
        continue;
      }
      var source = restore.getSpec().source();
      var chosen = chosen(restore);
      chosen.ifPresent(needed.backups()::add);
      Optional.ofNullable(source.backupRef())
          .ifPresent(named -> needed.backups().add(named.name()));
      Optional.ofNullable(source.schedule())
          .filter(schedule -> chosen.isEmpty())
          .ifPresent(schedule -> needed.schedules().add(schedule.name()));
      Optional.ofNullable(source.location())
          .ifPresent(place -> needed.places().add(place.storage().location(place.path())));
    }
    return needed;
  }

  /** The name of the Backup that it has chosen. */
  private static Optional<String> chosen(Restore restore) {
    return Optional.ofNullable(restore.getStatus())
        .map(RestoreStatus::resolved)
        .map(RestoreStatus.Resolved::backup);
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
