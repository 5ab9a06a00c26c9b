package io.pgcask.operator.restore;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.DeletionPolicy;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import io.pgcask.operator.Refusals;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.RunReconciler.Obstacle;
import io.pgcask.operator.job.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The Backup of its target that a Restore asks for. Its name is a function of the Restore, so that
 * there is one. It is a Backup like any other: nothing that becomes of the Restore changes it.
 */
@ApplicationScoped
public class SafetyBackups {

  private final KubernetesClient client;
  private final Events events;

  /** Made by the container, and by tests with parts of their own. */
  public SafetyBackups(KubernetesClient client, Events events) {
    this.client = client;
    this.events = events;
  }

  /** Of the Backup that is to be made before the first write; empty if the spec asks for none. */
  static Optional<String> name(Restore restore) {
    return Optional.ofNullable(restore.getSpec().safetyBackup())
        .map(wanted -> Names.safetyBackup(restore));
  }

  private static boolean isWanted(Restore restore) {
    return restore.getSpec().safetyBackup() != null
        && !Boolean.TRUE.equals(restore.getSpec().dryRun());
  }

  /**
   * What keeps a Restore from writing, unless its safety Backup is Completed or none is wanted.
   * Makes the Backup if there never was one.
   */
  Optional<Obstacle> obstacle(Restore restore) {
    if (!isWanted(restore)) {
      return Optional.empty();
    }
    try {
      return verdict(restore, findOrMake(restore));
    } catch (KubernetesClientException e) {
      if (!Refusals.isAnswer(e)) {
        throw e;
      }
      return Optional.of(
          new Obstacle(
              new Trouble(
                  Reason.SAFETY_BACKUP_FAILED,
                  "the safety Backup cannot be created: " + Refusals.words(e)),
              true));
    }
  }

  /** The status with the Backup's name, from the time that it is waited for. */
  static RestoreStatus named(Restore restore, Trouble waitingFor, RestoreStatus status) {
    return waitingFor.reason() == Reason.WAITING_FOR_SAFETY_BACKUP
        ? with(status, new RestoreStatus.SafetyBackup(Names.safetyBackup(restore), null))
        : status;
  }

  /** The status with the place of the Backup, which is Completed. */
  RestoreStatus located(Restore restore, RestoreStatus status) {
    return Optional.of(restore)
        .filter(SafetyBackups::isWanted)
        .flatMap(this::find)
        .map(
            backup ->
                with(
                    status,
                    new RestoreStatus.SafetyBackup(
                        backup.getMetadata().getName(), backup.getStatus().location())))
        .orElse(status);
  }

  private static RestoreStatus with(RestoreStatus status, RestoreStatus.SafetyBackup backup) {
    return RestoreStatusBuilder.builder(status).safetyBackup(backup).build();
  }

  private Optional<Backup> find(Restore restore) {
    return Optional.ofNullable(
        client
            .resources(Backup.class)
            .inNamespace(restore.getMetadata().getNamespace())
            .withName(Names.safetyBackup(restore))
            .get());
  }

  /** Empty if it was made once and is gone: a second one would not hold what the first did. */
  private Optional<Backup> findOrMake(Restore restore) {
    var found = find(restore);
    return found.isPresent() || restore.getStatus().safetyBackup() != null
        ? found
        : Optional.of(make(restore));
  }

  private Backup make(Restore restore) {
    var backup = backup(restore);
    try {
      var made = client.resource(backup).create();
      events.normal(
          restore,
          Reason.BACKUP_CREATED,
          "created safety Backup %s of database %s"
              .formatted(backup.getMetadata().getName(), restore.getSpec().database()));
      return made;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return find(restore).orElseThrow(() -> e);
    }
  }

  /** No owner reference: it is wanted most when the Restore is gone. */
  static Backup backup(Restore restore) {
    var name = restore.getMetadata().getName();
    var spec = restore.getSpec();
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.safetyBackup(restore))
            .withNamespace(restore.getMetadata().getNamespace())
            .withLabels(Map.of(Labels.RESTORE, Names.labelValue(name)))
            .withAnnotations(Map.of(Labels.RESTORE, name))
            .build());
    backup.setSpec(
        BackupSpecBuilder.builder()
            .connectionRef(spec.connectionRef())
            .database(spec.database())
            .storage(spec.safetyBackup().storage())
            .deletionPolicy(DeletionPolicy.RETAIN)
            .queueDeadline(spec.queueDeadline())
            .pod(spec.pod())
            .build());
    return backup;
  }

  /** Pure. */
  static Optional<Obstacle> verdict(Restore restore, Optional<Backup> found) {
    var name = Names.safetyBackup(restore);
    if (found.isEmpty()) {
      return failed("safety Backup %s was deleted before it was used".formatted(name));
    }
    var backup = found.get();
    if (!Labels.annotation(backup, Labels.RESTORE)
        .equals(Optional.of(restore.getMetadata().getName()))) {
      return failed("the name %s is taken by a Backup of somebody else".formatted(name));
    }
    var status = backup.getStatus();
    return switch (status == null ? null : status.phase()) {
      case COMPLETED -> Optional.empty();
      case FAILED ->
          failed(
              "safety Backup %s has failed: %s: %s"
                  .formatted(name, status.reason(), status.message()));
      case EXPIRED, DELETING -> failed("the data of safety Backup %s is deleted".formatted(name));
      case QUEUED, PENDING, RUNNING, VERIFYING -> waits(name, word(status));
      case null -> waits(name, "new");
    };
  }

  private static Optional<Obstacle> failed(String why) {
    return Optional.of(
        new Obstacle(
            new Trouble(Reason.SAFETY_BACKUP_FAILED, why + "; nothing was written"), false));
  }

  private static Optional<Obstacle> waits(String name, String state) {
    return Optional.of(
        new Obstacle(
            new Trouble(
                Reason.WAITING_FOR_SAFETY_BACKUP,
                "waits for safety Backup %s, which is %s".formatted(name, state)),
            true));
  }

  /** With what it waits for itself, if it does: only that can be helped. */
  private static String word(BackupStatus status) {
    var phase = status.phase().name();
    var word = phase.charAt(0) + phase.substring(1).toLowerCase(Locale.ROOT);
    return status.startTime() == null ? word + ": " + status.message() : word;
  }
}
