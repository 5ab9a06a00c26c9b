package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Names;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the data of a Backup lies, as its status resolved it: the backup, and its copies. Pure. */
public final class BackupPlaces {

  private BackupPlaces() {}

  /** The storages of the copies. */
  static List<Storage> copies(Backup backup) {
    return Optional.ofNullable(backup.getStatus().resolved().copies()).orElse(List.of());
  }

  /** The storage of the backup, then those of the copies. */
  static List<Storage> all(Backup backup) {
    return Stream.concat(
            Stream.of(backup.getStatus().resolved().storage()), copies(backup).stream())
        .toList();
  }

  /**
   * Whether a Backup has something in storage to delete or to verify, be it damaged or without its
   * copies. An import that failed has not: what is there is not its own.
   */
  public static boolean holdsData(Backup backup) {
    var failedImport =
        ImportPlanner.isImport(backup) && backup.getStatus().phase() == BackupPhase.FAILED;
    return !failedImport && BackupStatusFactory.holdsData(backup.getStatus());
  }

  /**
   * Whether another Backup has written what its status names: each writes to a directory that ends
   * with its UID. It was created anew with its status, by a tool that copies namespaces or
   * clusters. Where the copy goes, the data must not.
   */
  public static boolean isOfAnother(Backup backup) {
    return !ImportPlanner.isImport(backup)
        && Optional.ofNullable(backup.getStatus())
            .map(BackupStatus::resolved)
            .map(BackupStatus.Resolved::path)
            .filter(path -> !path.endsWith("-" + Names.uid8(backup)))
            .isPresent();
  }

  /** Where its data lies, for telling apart the storages of Backups; empty: nowhere. */
  public static Optional<String> storage(Backup backup) {
    return Optional.ofNullable(backup.getStatus())
        .flatMap(status -> Optional.ofNullable(status.resolved()))
        .flatMap(resolved -> Optional.ofNullable(resolved.storage()))
        .map(
            storage ->
                storage.location("")
                    + Optional.ofNullable(storage.s3()).map(Storage.S3::endpoint).orElse(""));
  }

  /** The backup's directory in a storage, for people. */
  static String location(Backup backup, Storage storage) {
    return storage.location(backup.getStatus().resolved().path());
  }

  /** All directories, for people. */
  static String locations(Backup backup) {
    return locations(backup, all(backup));
  }

  /** The directories in some storages, for people. */
  static String locations(Backup backup, List<Storage> storages) {
    return storages.stream()
        .map(storage -> location(backup, storage))
        .collect(Collectors.joining(", "));
  }
}
