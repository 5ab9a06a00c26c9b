package io.pgcask.operator.schedule.storage;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpec;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.PathNames;
import io.pgcask.storage.StorageProbe;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is probed for a schedule. Pure.
 *
 * @param key of the object, relative to each storage
 * @param storages that its Backups are written to, then those of their copies; empty: it says none
 */
record ProbePlan(String key, List<Storage> storages) {

  /**
   * Of a schedule.
   *
   * @param connection for its default; empty if it does not exist
   */
  static ProbePlan of(BackupSchedule schedule, Optional<PostgresConnection> connection) {
    var spec = schedule.getSpec().template().spec();
    var own =
        Optional.ofNullable(spec.storage())
            .or(
                () ->
                    connection
                        .map(PostgresConnection::getSpec)
                        .map(PostgresConnectionSpec::defaultStorage));
    var storages =
        own.map(
                first ->
                    Stream.concat(
                            Stream.of(first),
                            Optional.ofNullable(spec.copies()).orElse(List.of()).stream())
                        .toList())
            .orElse(List.of());
    return new ProbePlan(
        StorageProbe.key(
            PathNames.ofConnection(
                schedule.getMetadata().getNamespace(), spec.connectionRef().name()),
            schedule.getMetadata().getUid()),
        storages);
  }

  /** What a change of makes a probe due at once. */
  static Object subject(BackupSchedule schedule) {
    var spec = schedule.getSpec().template().spec();
    return List.of(
        spec.connectionRef(),
        Optional.ofNullable(spec.storage()),
        Optional.ofNullable(spec.copies()),
        StorageIdentity.json(Optional.ofNullable(spec.pod())));
  }
}
