package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupScope;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import java.util.List;
import java.util.Optional;

/**
 * What one Backup can stand in for another of. A schedule whose template is changed to another
 * database has Backups of two: new ones of the one say nothing about old ones of the other, so each
 * series has its rules and its floor for itself.
 *
 * @param database empty for a whole server, or if it was never found out
 */
record Series(
    String connection,
    BackupScope scope,
    String database,
    DumpContent content,
    List<DumpSection> sections) {

  /** That of a Backup: the database is the one that was dumped. */
  static Series of(Backup backup) {
    var resolved =
        Optional.ofNullable(backup.getStatus())
            .map(status -> status.resolved())
            .map(found -> found.connection())
            .map(connection -> connection.database());
    return of(backup.getSpec(), resolved);
  }

  /**
   * That of a spec.
   *
   * @param resolved the database that the connection says, for a spec that names none
   */
  static Series of(BackupSpec spec, Optional<String> resolved) {
    var scope = Optional.ofNullable(spec.scope()).orElse(BackupScope.DATABASE);
    var database =
        scope == BackupScope.SERVER
            ? ""
            : Optional.ofNullable(spec.database()).or(() -> resolved).orElse("");
    return new Series(
        spec.connectionRef().name(),
        scope,
        database,
        Optional.ofNullable(spec.content()).orElse(DumpContent.ALL),
        Optional.ofNullable(spec.sections()).orElse(List.of()));
  }
}
