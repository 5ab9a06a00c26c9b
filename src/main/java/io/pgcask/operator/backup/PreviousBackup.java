package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupScope;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.contract.Task;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the backup that tells best how large another will be. Pure. */
final class PreviousBackup {
  private static final Comparator<Backup> BY_COMPLETION =
      Comparator.comparing(
          backup -> backup.getStatus().completionTime(),
          Comparator.nullsFirst(Comparator.<Instant>naturalOrder()));

  private PreviousBackup() {}

  /**
   * The newest Completed one of the same database that was dumped in the same way.
   *
   * @param backup whose plan is made
   * @param others Backups of its namespace, itself perhaps among them
   */
  static Optional<Task.Previous> of(Backup backup, Stream<Backup> others) {
    var connection = backup.getStatus().resolved().connection();
    var way = way(backup.getSpec());
    return others
        .filter(PreviousBackup::tellsItsSize)
        .filter(other -> connection.equals(other.getStatus().resolved().connection()))
        .filter(other -> way.equals(way(other.getSpec())))
        .max(BY_COMPLETION)
        .map(Backup::getStatus)
        .map(status -> new Task.Previous(status.sizeBytes(), status.databaseSizeBytes()));
  }

  private static boolean tellsItsSize(Backup backup) {
    var status = backup.getStatus();
    return status != null
        && status.phase() == BackupPhase.COMPLETED
        && status.resolved() != null
        && status.sizeBytes() != null
        && status.databaseSizeBytes() != null;
  }

  /** What decides, for one and the same database, how large a dump becomes. */
  private static List<Object> way(BackupSpec spec) {
    return Arrays.asList(
        Optional.ofNullable(spec.format()).orElse(DumpFormat.CUSTOM),
        spec.compression(),
        spec.clientMajor(),
        Optional.ofNullable(spec.scope()).orElse(BackupScope.DATABASE),
        spec.include(),
        spec.exclude(),
        spec.foreignData(),
        spec.includeChildren(),
        spec.largeObjects(),
        spec.content(),
        spec.sections(),
        spec.options());
  }
}
