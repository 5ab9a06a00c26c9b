package io.pgcask.operator.sweep;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Location;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.ClaimedNames;
import io.pgcask.contract.PathNames;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where to look, and what is claimed there. Pure.
 *
 * <p>A claim counts in every storage: that of a Backup whose endpoint has got another name since
 * must not read as data of nobody, which people delete by hand.
 *
 * @param directory of the connection's backups, relative to each storage
 * @param claimed names of the directories in it that some Backup of the namespace records
 * @param storages the connection's, then those that its Backups lie in
 */
record SweepPlan(String directory, ClaimedNames claimed, List<Storage> storages) {

  /** More are not looked into in one go. */
  private static final int MAX_STORAGES = 8;

  /** A run that has not ended well may have been told of a storage that does not exist. */
  private static final Set<BackupPhase> LAY_SOMEWHERE =
      EnumSet.of(BackupPhase.COMPLETED, BackupPhase.DELETING, BackupPhase.EXPIRED);

  /**
   * Makes the plan.
   *
   * @param backups all of the connection's namespace, as the API server has them
   */
  static SweepPlan of(PostgresConnection connection, List<Backup> backups) {
    var name = connection.getMetadata().getName();
    var directory = PathNames.ofConnection(connection.getMetadata().getNamespace(), name);
    var claimed =
        backups.stream().flatMap(SweepPlan::paths).flatMap(path -> below(directory, path)).toList();
    var storages = new ArrayList<Storage>();
    Stream.concat(
            Stream.ofNullable(connection.getSpec().defaultStorage()),
            backups.stream()
                .filter(backup -> name.equals(backup.getSpec().connectionRef().name()))
                .flatMap(SweepPlan::storages))
        .filter(storage -> storages.stream().noneMatch(storage::isSamePlaceAs))
        .limit(MAX_STORAGES)
        .forEach(storages::add);
    return new SweepPlan(directory, ClaimedNames.of(claimed), List.copyOf(storages));
  }

  private static Stream<String> paths(Backup backup) {
    return Stream.concat(
        resolved(backup).map(BackupStatus.Resolved::path).stream(),
        Optional.ofNullable(backup.getSpec().imported()).map(Location::path).stream());
  }

  private static Stream<String> below(String directory, String path) {
    return path.startsWith(directory + "/")
        ? Stream.of(path.substring(directory.length() + 1).split("/", 2)[0])
        : Stream.empty();
  }

  private static Stream<Storage> storages(Backup backup) {
    return resolved(backup).stream()
        .filter(resolved -> LAY_SOMEWHERE.contains(backup.getStatus().phase()))
        .flatMap(
            resolved ->
                Stream.concat(
                    Stream.of(resolved.storage()),
                    Optional.ofNullable(resolved.copies()).orElse(List.of()).stream()));
  }

  private static Optional<BackupStatus.Resolved> resolved(Backup backup) {
    return Optional.ofNullable(backup.getStatus()).map(BackupStatus::resolved);
  }
}
