package io.pgcask.operator.backup;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationBuilder;
import io.pgcask.contract.Task;
import io.pgcask.operator.connection.SecretReader;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.PodPlan;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what the Job of an imported Backup will do: read what lies in storage. Its connection is
 * a name, and gives the pods' defaults if it exists.
 */
@ApplicationScoped
public class ImportPlanner {

  private final SecretReader secrets;
  private final JobFactory jobs;

  /** Made by the container, and by tests with parts of their own. */
  public ImportPlanner(SecretReader secrets, JobFactory jobs) {
    this.secrets = secrets;
    this.jobs = jobs;
  }

  /** Whether a Backup is the record of one that was made elsewhere. */
  static boolean isImport(Backup backup) {
    return backup.getSpec().imported() != null;
  }

  /**
   * What makes this import impossible, now and later.
   *
   * @param others the Backups of the namespace, as the informer knows them
   */
  Optional<Trouble> unusable(
      Backup backup, Optional<PostgresConnection> connection, Stream<Backup> others) {
    return pod(backup, connection).unusable().or(() -> recorded(backup, others));
  }

  /**
   * That another Backup is the record of this data already: each would delete it behind the other's
   * back. No promise that nobody else imports the same just now.
   */
  static Optional<Trouble> recorded(Backup backup, Stream<Backup> others) {
    var imported = backup.getSpec().imported();
    return others
        .filter(other -> !other.getMetadata().getUid().equals(backup.getMetadata().getUid()))
        .filter(ImportPlanner::isRecord)
        .filter(other -> imported.path().equals(other.getStatus().resolved().path()))
        .filter(
            other ->
                BackupPlaces.all(other).stream()
                    .anyMatch(storage -> storage.isSamePlaceAs(imported.storage())))
        .findFirst()
        .map(
            other ->
                new Trouble(
                    Reason.ALREADY_RECORDED,
                    "Backup %s is the record of %s already; %s"
                        .formatted(
                            other.getMetadata().getName(),
                            imported.storage().location(imported.path()),
                            advice(other))));
  }

  /**
   * Whether the data goes, or may go, with that Backup: a Failed one can hold data as well, and one
   * that has not ended may hold it in the end. Of an import that runs nobody knows yet whether it
   * will hold any before it is being verified.
   */
  private static boolean isRecord(Backup other) {
    var status = other.getStatus();
    if (status == null || status.resolved() == null || BackupPlaces.isOfAnother(other)) {
      return false;
    }
    return switch (status.phase()) {
      case VERIFYING, DELETING -> true;
      case PENDING, RUNNING -> !isImport(other);
      case COMPLETED, FAILED -> BackupPlaces.holdsData(other);
      case QUEUED, EXPIRED -> false;
      case null -> false;
    };
  }

  /** What to do instead; a Restore takes no Failed Backup by its name. */
  private static String advice(Backup other) {
    return switch (other.getStatus().phase()) {
      case COMPLETED -> "use that one, or delete it first, with deletionPolicy Retain";
      case FAILED ->
          "restore by location, or delete that one with deletionPolicy Retain and import then";
      case DELETING -> "its data is being deleted";
      case QUEUED, PENDING, RUNNING, VERIFYING, EXPIRED -> "it has not ended; use that one then";
    };
  }

  /**
   * Resolves every reference of an import that is not {@link #unusable}.
   *
   * @throws TroubleException if a Secret or one of its keys is missing or cannot be used
   */
  BackupStatus.Resolved resolve(Backup backup, Optional<PostgresConnection> connection)
      throws TroubleException {
    var namespace = backup.getMetadata().getNamespace();
    var place = backup.getSpec().imported();
    var pod = pod(backup, connection);
    secrets.checkStorage(namespace, place.storage());
    var identity = verification(backup).identitySecretRef();
    if (identity != null) {
      secrets.bytes(namespace, identity.name(), identity.key());
    }
    return new BackupStatus.Resolved(
        new ResolvedConnection(backup.getSpec().connectionRef().name(), null, null, null),
        null,
        place.storage(),
        null,
        place.path(),
        pod.image(),
        pod.settings());
  }

  /** The Job, from what was resolved. */
  Job job(Backup backup) {
    var resolved = backup.getStatus().resolved();
    return jobs.job(
        backup.getStatus().jobName(),
        backup,
        new Task.Import(
            backup.getMetadata().getUid(),
            verification(backup),
            resolved.storage(),
            resolved.path()),
        resolved.image(),
        Optional.ofNullable(resolved.pod()),
        Optional.of(backup.getSpec().connectionRef().name()),
        Optional.empty(),
        true);
  }

  private static Verification verification(Backup backup) {
    return Optional.ofNullable(backup.getSpec().verification())
        .orElseGet(() -> VerificationBuilder.builder().build());
  }

  private PodPlan pod(Backup backup, Optional<PostgresConnection> connection) {
    return jobs.pod(connection, Optional.ofNullable(backup.getSpec().pod()));
  }
}
