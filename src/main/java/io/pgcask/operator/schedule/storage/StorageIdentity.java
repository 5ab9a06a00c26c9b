package io.pgcask.operator.schedule.storage;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpec;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.PathNames;
import io.pgcask.operator.connection.StorageAccess;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a probe tries. Schedules that have the same share one probe; if it changes, what was found
 * out says nothing any more.
 *
 * @param connectionExists whether it could have a default storage
 * @param directory where in a bucket: keys may be good for one directory and not for another; empty
 *     where only volumes are tried
 * @param pod the settings of a Job that tries what the operator cannot, as JSON: to compare or hash
 *     quantities is to calculate with them, and anybody may have written {@code 1e300000000}; empty
 *     without a Job
 * @param secrets names and versions of the Secrets; of one that does not exist the version is empty
 */
record StorageIdentity(
    String namespace,
    boolean connectionExists,
    String directory,
    List<Storage> storages,
    List<String> pod,
    Map<String, String> secrets) {

  /** Without the versions of Secrets. */
  static StorageIdentity of(
      BackupSchedule schedule, Optional<PostgresConnection> connection, List<Storage> storages) {
    var namespace = schedule.getMetadata().getNamespace();
    var spec = schedule.getSpec().template().spec();
    var onVolumes =
        !storages.isEmpty() && storages.stream().allMatch(storage -> storage.s3() == null);
    var byJob = storages.stream().anyMatch(storage -> !StorageAccess.reaches(storage));
    return new StorageIdentity(
        namespace,
        connection.isPresent(),
        onVolumes ? "" : PathNames.ofConnection(namespace, spec.connectionRef().name()),
        storages,
        byJob
            ? List.of(
                json(Optional.ofNullable(spec.pod())),
                json(
                    connection
                        .map(PostgresConnection::getSpec)
                        .map(PostgresConnectionSpec::defaultPod)))
            : List.of(),
        Map.of());
  }

  /** Settings of a pod to compare by; empty text without any. */
  static String json(Optional<PodSettings> pod) {
    return pod.map(Serialization::asJson).orElse("");
  }

  /** With the versions. */
  StorageIdentity with(Map<String, String> secrets) {
    return new StorageIdentity(
        namespace, connectionExists, directory, storages, pod, Map.copyOf(secrets));
  }

  /** The Secrets that the storages name. */
  Stream<String> secretNames() {
    return storages.stream()
        .map(Storage::s3)
        .filter(s3 -> s3 != null)
        .flatMap(
            s3 ->
                Stream.concat(
                    Stream.ofNullable(s3.credentialsSecretRef()).map(ref -> ref.name()),
                    Stream.ofNullable(s3.caSecretRef()).map(ref -> ref.name())))
        .distinct();
  }

  /** What its place within the interval is a function of. */
  String place() {
    return namespace + directory + storages;
  }
}
